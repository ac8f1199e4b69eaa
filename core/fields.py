"""Form fields for what people type in an office: numbers, money and days, in any width of digit, and nothing else."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LONGEST = 40
FIRST_YEAR, LAST_YEAR = 1949, 2199

# Only the full-width forms of the input methods: compatibility forms would turn 2² into 22.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
_MONEY = re.compile(r"(?P<number>[^万亿元]*)(?P<unit>万|亿|)元?")
_UNITS = {"": Decimal(1), "万": Decimal(10_000), "亿": Decimal(100_000_000)}
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")


def normalise(value: object) -> str:
    """Return typed text with full-width digits and signs made plain, without spaces at its ends."""
    return str(value).translate(_HALF_WIDTH).strip()


class NumberField(forms.DecimalField):
    """A number in digits, of any width, with or without thousands separators; not `1E400`, `1_000` or `NaN`."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 18)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(**kwargs)

    def to_python(self, value: object) -> Decimal | None:  # type: ignore[override]
        if value in self.empty_values:
            return None
        return self.read(normalise(value))

    def read(self, text: str) -> Decimal:
        """Return the number a text states; raise ValidationError for anything that is not plainly one."""
        if len(text) > LONGEST or not text.isascii() or not _NUMBER.fullmatch(text):
            raise ValidationError(_("Enter a number in digits, such as 12.5."), code="invalid")
        return Decimal(text.replace(",", ""))

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            text = f"{value:f}"
            return text.rstrip("0").rstrip(".") if "." in text else text
        return value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal", "autocomplete": "off"}


class MoneyField(NumberField):
    """An amount in yuan, not negative. `3000万元` and `1.2亿` are understood and become yuan."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", Decimal(0))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            text = f"{value:,f}"
            return text.rstrip("0").rstrip(".") if "." in text else text
        return value

    def read(self, text: str) -> Decimal:
        found = _MONEY.fullmatch(text)
        if not found:
            raise ValidationError(_("Enter an amount in yuan, such as 5000000 or 500万元."), code="invalid")
        return super().read(found["number"].strip()) * _UNITS[found["unit"]]


class WholeField(forms.IntegerField):
    """A whole number in digits, of any width, within its limits."""

    widget = forms.TextInput

    def to_python(self, value: object) -> int | None:
        if value in self.empty_values:
            return None
        text = normalise(value)
        if len(text) > LONGEST or not text.isascii() or not text.isdigit():
            raise ValidationError(_("Enter a whole number in digits."), code="invalid")
        return int(text)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "numeric", "autocomplete": "off"}


class DayField(forms.DateField):
    """A legal day: `2026-11-22`, `2026/11/22`, `2026年11月22日`, in any width of digit, in a year a case may lie in."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    default_error_messages = {"invalid": _("Enter a day such as 2026-11-22.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=_DAYS, **kwargs)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            value = value.date()
        day = value if isinstance(value, date) else super().to_python(normalise(value)[:LONGEST])
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(
                _("The year must lie between %(first)s and %(last)s."),
                code="year",
                params={"first": FIRST_YEAR, "last": LAST_YEAR},
            )
        return day


class TypedDay(forms.DateInput):
    """A day typed into a cell of a sheet, where the picker of the browser has no room."""

    input_type = "text"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"autocomplete": "off", "maxlength": "20", **(attrs or {})})
