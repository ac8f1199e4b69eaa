"""The fields of a sheet's cells: what is typed into them in an office, read into what the parts keep."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from agreements import breakdown, due
from agreements.due import Due
from core.fields import FIRST_YEAR, LAST_YEAR, normalise
from core.verdicts import Wording

UNITS_LIST = "units-known"
"""The id of the list of units on the page that the cells of responsible units refer to."""


class TimeField(forms.CharField):
    """A time as agreements write it: a day, a month, a year and, where `recurring`, how often."""

    def __init__(self, *, begins: bool = False, recurring: bool = False, **kwargs: Any) -> None:
        super().__init__(max_length=due.LONGEST, **kwargs)
        self.begins, self.recurring = begins, recurring

    def clean(self, value: Any) -> Due:
        text = super().clean(value)
        try:
            return due.read(text or "", begins=self.begins, recurring=self.recurring)
        except due.Unreadable as fault:
            if fault.year:
                raise ValidationError(
                    _("The year must lie between %(first)s and %(last)s."),
                    code="year",
                    params={"first": FIRST_YEAR, "last": LAST_YEAR},
                ) from None
            raise ValidationError(str(self._help), code="invalid") from None

    @property
    def _help(self) -> Wording:
        if self.recurring:
            return _("Enter a day, a month or a year, 2026-12-31, 2026-12 or 2026, or how often: quarterly.")
        return _("Enter a day, a month or a year: 2026-12-31, 2026-12 or 2026.")

    def prepare_value(self, value: Any) -> Any:
        return str(value) if isinstance(value, Due) else value


class UnitNames:
    """The units a cell may name, found by every name they have."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.units = list(units)
        self._names = {unit.pk: unit.short for unit in self.units}
        self._found: dict[str, int] = {}
        for unit in self.units:
            for name in (unit.short_zh, unit.name_zh, unit.name_en, unit.short):
                self._found.setdefault(normalise(name).casefold(), unit.pk)
        self._found.pop("", None)

    def name_of(self, key: Any) -> str | None:
        """Return the short name of a unit by its key; None for one that is not among them."""
        return self._names.get(key)

    def key_of(self, name: str) -> int | None:
        """Return the key of the unit with that name, short or whole, in either language; None for no such unit."""
        return self._found.get(normalise(name).casefold())

    @property
    def names(self) -> list[str]:
        """Return the short names, as the page offers them."""
        return list(self._names.values())


class UnitField(forms.CharField):
    """A unit named by its short or whole name, offered from a list as one types."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"list": UNITS_LIST, "autocomplete": "off"})
        super().__init__(max_length=200, required=False, widget=widget, **kwargs)
        self.known = UnitNames(())

    def clean(self, value: Any) -> int | None:
        name = super().clean(value)
        if not name:
            return None
        key = self.known.key_of(name)
        if key is None:
            raise ValidationError(_("There is no unit of this name; choose one from the list."), code="unit")
        return key

    def prepare_value(self, value: Any) -> Any:
        return self.known.name_of(value) or "" if isinstance(value, int) else value


class BreakdownField(forms.CharField):
    """Sub-targets by year or by unit: 2+3+2, or 2026：2；2027：3. Kept in one form, however they were typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=breakdown.LONGEST, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            kept = breakdown.write(breakdown.read(text or ""))
        except breakdown.Unreadable:
            raise ValidationError(
                _("Enter the parts with their numbers, such as 2+3+2 or 2026: 2; 2027: 3."), code="invalid"
            ) from None
        if len(kept) > breakdown.LONGEST:
            raise ValidationError(_("These are too many parts for one target."), code="invalid")
        return kept
