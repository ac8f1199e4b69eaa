"""Rows named in both languages: `name_zh`, `name_en`, and `name` in the reader's language."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def reads_english() -> bool:
    """Tell whether the present reader reads English."""
    return (get_language() or "").startswith("en")


def named(name_zh: str, name_en: str) -> str:
    """Return of a row's two names the one for the present reader."""
    return name_en if name_en and reads_english() else name_zh


class BilingualModel(models.Model):
    """A row with a Chinese name (always) and an English one (shown to English readers when given)."""

    name_zh = models.CharField(_("name (Chinese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Return the name in the reader's language."""
        return named(self.name_zh, self.name_en)
