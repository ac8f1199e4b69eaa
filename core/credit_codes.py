"""Unified social credit codes of organisations (GB 32100-2015): eighteen characters, the last a check digit."""

from __future__ import annotations

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of the code: letters that read like digits (I, O, S, V, Z) are left out."""

LENGTH = 18
_MODULUS = 31
_SHAPE = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")


def normalise(text: str) -> str:
    """Return a typed code in half-width capitals without spaces."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()


def check_digit(body: str) -> str:
    """Return the check digit of the first seventeen characters: weights are the powers of 3 modulo 31.

    Raises ValueError for a character the code does not have.
    """
    total = sum(ALPHABET.index(mark) * pow(3, place, _MODULUS) for place, mark in enumerate(body))
    return ALPHABET[-total % _MODULUS]


def is_valid(code: str) -> bool:
    """Tell whether a normalised code has the shape of one (six digits name the region) and its check digit."""
    return bool(_SHAPE.fullmatch(code)) and check_digit(code[:-1]) == code[-1]


class CreditCodeField(forms.CharField):
    """A unified social credit code, in any width and case; cleaned to capitals, blank when none is given."""

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("label", _("Unified social credit code"))
        super().__init__(**{"max_length": 40, "required": False, **kwargs})  # type: ignore[arg-type]

    def clean(self, value: object) -> str:
        code = normalise(str(super().clean(value)))
        if code and len(code) != LENGTH:
            raise ValidationError(
                _("A unified social credit code has 18 characters, this one has %(n)s."),
                code="length",
                params={"n": len(code)},
            )
        if code and not is_valid(code):
            raise ValidationError(
                _("This is no unified social credit code: the check digit does not fit. Compare it with the licence."),
                code="check_digit",
            )
        return code
