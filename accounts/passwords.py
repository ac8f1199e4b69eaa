"""What a password must hold beyond its length (GB/T 22239-2019)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

WANTED = 3


def classes_of(password: str) -> int:
    """Return how many of four kinds of characters a password has: capitals, small letters, digits, others."""
    kinds = {
        "upper" if char.isupper() else "lower" if char.islower() else "digit" if char.isdigit() else "other"
        for char in password
    }
    return len(kinds)


class ThreeOfFourClasses:
    """Ask for three of the four kinds of characters."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError for a password of fewer kinds."""
        if classes_of(password) < WANTED:
            raise ValidationError(self.get_help_text(), code="password_too_uniform")

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return _("The password has at least three of these: capital letters, small letters, digits, other characters.")
