"""Sheets: rows of which some are blank, some new and some taken away, in any order and without scripts as well."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.formsets import DELETION_FIELD_NAME, BaseFormSet, formset_factory

MOST_ROWS = 200


class RowForm(forms.Form):
    """A row of a sheet. A row in which nothing was typed counts as absent, whatever its selects stand on."""

    unasked: tuple[str, ...] = ()
    """Fields that do not make a row: hidden marks."""

    def is_absent(self) -> bool:
        """Tell whether nothing was typed into the row, or it was ticked to be taken away."""
        typed = {
            name: field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            for name, field in self.fields.items()
        }
        if typed.pop(DELETION_FIELD_NAME, False):
            return True
        return all(
            str(value or "").strip() in ("", str(self.fields[name].initial or ""))
            for name, value in typed.items()
            if name not in self.unasked
        )

    def has_changed(self) -> bool:
        return not self.is_absent()


class RowFormSet(BaseFormSet):
    """The rows of a sheet; `kept` are those that stay."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        kwargs = super().get_form_kwargs(index)
        return kwargs if index is None else {**kwargs, "empty_permitted": True}

    @property
    def kept(self) -> list[Any]:
        """Return the forms of the rows that have content and are not taken away, in order."""
        return [form for form in self.forms if form.has_changed()]


def sheet_of(form: type[RowForm], *, extra: int = 1, most: int = MOST_ROWS) -> type[RowFormSet]:
    """Return the formset class of a row form, with `extra` blank rows at the end."""
    made: Any = formset_factory(
        form, formset=RowFormSet, extra=extra, can_delete=True, max_num=most, absolute_max=most, validate_max=True
    )
    sheet: type[RowFormSet] = made
    return sheet
