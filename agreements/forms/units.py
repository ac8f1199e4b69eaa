"""Picking units: a list by kind, found by name, short name or initials."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import SigningAuthority, Unit

_HEADINGS = {Unit.Kind.DEPARTMENT: _("Departments"), Unit.Kind.DISTRICT: _("Districts")}


def units_of(authority: SigningAuthority) -> list[Unit]:
    """Return the departments and districts of an authority, in the order of their names."""
    return list(Unit.objects.active().filter(authority=authority, kind__in=_HEADINGS))


class UnitPicker(forms.CheckboxSelectMultiple):
    """Units to tick, under headings; a box above narrows them (static/js/units.js)."""

    template_name = "parts/unit_picker.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.words: dict[str, str] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().create_option(name, value, *args, **kwargs), "words": self.words.get(str(value), "")}


class UnitsField(forms.MultipleChoiceField):
    """Units of an authority; cleaned to the rows. The form says which are offered."""

    widget: Any = UnitPicker

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.offered: dict[str, Unit] = {}
        self.settled: dict[str, str] = {}

    def offer(
        self,
        units: Iterable[Unit],
        *,
        first: Collection[Unit] = (),
        heading: Any = "",
        settled: Mapping[int, str] | None = None,
    ) -> None:
        """Say which units may be picked; those of `first` stand on top under a heading of their own. `settled` says of
        units that are not picked any more, by their keys, what has become of them: for who picked one from an older
        page."""
        self.offered = {str(unit.pk): unit for unit in units}
        self.settled = {str(key): words for key, words in (settled or {}).items()}
        above = {str(unit.pk) for unit in first}
        groups = []
        if rows := [(key, unit.name) for key, unit in self.offered.items() if key in above]:
            groups.append((heading, rows))
        for kind, named in _HEADINGS.items():
            rows = [(key, unit.name) for key, unit in self.offered.items() if unit.kind == kind and key not in above]
            if rows:
                groups.append((named, rows))
        self.choices = groups
        self.widget.words = {
            key: f"{unit.name_zh} {unit.short_zh} {unit.name_en} {unit.initials}".lower()
            for key, unit in self.offered.items()
        }

    def clean(self, value: Any) -> list[Unit]:
        if told := [self.settled[key] for key in dict.fromkeys(value or ()) if key in self.settled]:
            raise ValidationError(told)
        keys = super().clean(value)
        if any(key not in self.offered for key in keys):
            raise ValidationError(_("This unit is not offered here."), code="invalid_choice")
        return [self.offered[key] for key in dict.fromkeys(keys)]
