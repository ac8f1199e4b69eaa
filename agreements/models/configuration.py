"""Tier two of the regulation: an authority's rows, seeded by `sync_regulation`, edited by administrators."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import SigningAuthority
from core import clock
from core.bilingual import BilingualModel, reads_english


class Category(BilingualModel):
    """One of the categories of §2 as an authority uses it."""

    authority = models.ForeignKey(SigningAuthority, on_delete=models.PROTECT, related_name="categories")
    code = models.SlugField(max_length=40)
    article = models.CharField(max_length=12)
    order = models.PositiveSmallIntegerField(default=0)
    retired_on = models.DateField(null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["authority", "code"], name="category_once")]

    @property
    def edition(self) -> CategoryEdition:
        """Return the edition in use; `sync_regulation` guarantees one."""
        return max(self.editions.all(), key=lambda edition: edition.number)


class CategoryEdition(models.Model):
    """A published body of a category; an agreement keeps the edition it was begun under.

    `body` is the record of `regulation/categories` as JSON: purpose, lead role, clauses in order with what each
    asks and its parts, clocks, retention.
    """

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    body = models.JSONField()
    published_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["category", "number"], name="category_edition_once")]

    def __str__(self) -> str:
        return f"{self.category} / {self.number}"

    @property
    def clauses(self) -> list[dict[str, Any]]:
        """Return the framework clauses in the order of the article."""
        return list(self.body["clauses"])

    def clause(self, code: str) -> dict[str, Any] | None:
        """Return a framework clause by its code, or None."""
        return next((clause for clause in self.clauses if clause["code"] == code), None)

    @staticmethod
    def wording(text: dict[str, str]) -> str:
        """Return a bilingual entry of the body in the reader's language."""
        return text["en"] if reads_english() else text["zh"]


class DeadlineSetting(BilingualModel):
    """A deadline of the table as an authority runs it; `article` says whose limit it is."""

    authority = models.ForeignKey(SigningAuthority, on_delete=models.PROTECT, related_name="deadline_settings")
    code = models.SlugField(max_length=40)
    article = models.CharField(_("article"), max_length=12)
    starts = models.CharField(max_length=12)
    amount = models.PositiveSmallIntegerField(_("length"))
    unit = models.CharField(_("counted in"), max_length=8)
    answers = models.CharField(_("answers for it"), max_length=24)
    told_first = models.CharField(_("first told of a lapse"), max_length=24, blank=True)
    told_second = models.CharField(_("then told of a lapse"), max_length=24, blank=True)
    own_limit = models.BooleanField(_("limit of our own"), default=False)
    reminders = models.JSONField(_("reminders before the due day"), default=list)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("deadline rule")
        verbose_name_plural = _("deadline rules")
        constraints = [models.UniqueConstraint(fields=["authority", "code"], name="deadline_setting_once")]


class CounterpartyKindSetting(BilingualModel):
    """A kind of counterparty as an authority treats it: whether due diligence is asked of it (§3.1)."""

    authority = models.ForeignKey(SigningAuthority, on_delete=models.PROTECT, related_name="counterparty_kinds")
    code = models.SlugField(max_length=30)
    article = models.CharField(_("article"), max_length=12)
    diligence_required = models.BooleanField(_("due diligence is asked"))
    retired_on = models.DateField(_("retired on"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("kind of counterparty")
        verbose_name_plural = _("kinds of counterparties")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["authority", "code"], name="counterparty_kind_once")]


class CalendarYear(models.Model):
    """The published calendar of a year: its notice, source and version. A year without a row is provisional."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    notice = models.CharField(_("notice"), max_length=120, blank=True)
    source = models.CharField(_("source"), max_length=300)
    version = models.CharField(_("version"), max_length=20, default="1")
    published_on = models.DateField(_("published on"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")
        ordering = ["year"]

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day that differs from Monday to Friday: a holiday on a weekday, or a make-up working weekend.

    An entry made in error is not deleted: it becomes void, and the day counts as its weekday does.
    """

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("holiday on a weekday")
        WORKDAY = "workday", _("make-up working day")
        VOID = "void", _("entry withdrawn")

    day = models.DateField(_("day"), unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    year = models.ForeignKey(CalendarYear, on_delete=models.PROTECT, related_name="days", verbose_name=_("notice of"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.get_kind_display()}"
