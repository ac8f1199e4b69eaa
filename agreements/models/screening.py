"""Screening for what no agreement may contain (§1.2): an authority's own rules, what was found, what was answered."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import SigningAuthority, User
from core.bilingual import BilingualModel
from records.append_only import append_only
from regulation.records import Text
from regulation.screening import Rule

from .agreement import Agreement
from .text import TextVersion

OWN = "own:"
"""Stands before the key of an authority's own rule, so that it is never taken for a built-in one."""


class ScreeningRule(BilingualModel):
    """A wording an authority looks for beside the built-in rules, which nobody switches off (§1.2).

    Phrases and samples stand one on a line; the notation is that of the engine. A rule is never deleted: it retires.
    """

    class Actor(models.TextChoices):
        GOVERNMENT = "government", _("promises of our side")
        ANY = "any", _("promises of any side")

    class Severity(models.TextChoices):
        BLOCK = "block", _("prohibited")
        WARNING = "warning", _("to be checked")
        INFO = "info", _("for information")

    authority = models.ForeignKey(
        SigningAuthority, on_delete=models.PROTECT, related_name="screening_rules", verbose_name=_("signing authority")
    )
    key = models.SlugField(_("short name of the rule"), max_length=40)
    code = models.CharField(_("looks for"), max_length=30)
    phrases = models.TextField(_("wordings"))
    actor = models.CharField(_("whose promise counts"), max_length=12, choices=Actor, default=Actor.GOVERNMENT)
    severity = models.CharField(_("weight"), max_length=8, choices=Severity, default=Severity.BLOCK)
    categories = models.JSONField(_("categories"), default=list, blank=True)
    advice_zh = models.CharField(_("advice (Chinese)"), max_length=300, blank=True)
    advice_en = models.CharField(_("advice (English)"), max_length=300, blank=True)
    hits = models.TextField(_("samples it must find"))
    misses = models.TextField(_("samples it must leave alone"), blank=True)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("screening rule")
        verbose_name_plural = _("screening rules")
        ordering = ["code", "key"]
        constraints = [models.UniqueConstraint(fields=["authority", "key"], name="screening_rule_once")]

    @property
    def record(self) -> Rule:
        """Return the rule as the engine takes it."""
        return Rule(
            id=f"{OWN}{self.key}",
            code=self.code,
            phrases=_lines(self.phrases),
            actor=self.actor,
            severity=self.severity,
            categories=tuple(self.categories),
            advice=Text(self.advice_zh, self.advice_en or self.advice_zh) if self.advice_zh else None,
            hits=_lines(self.hits),
            misses=_lines(self.misses),
        )


def _lines(typed: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in typed.splitlines() if line.strip())


@append_only
class Screening(models.Model):
    """That a frozen text was screened: by how many rules, as which kind of agreement. Its findings are rows of it."""

    text = models.OneToOneField(TextVersion, on_delete=models.PROTECT, related_name="screening")
    rules = models.PositiveSmallIntegerField()
    category = models.CharField(max_length=40)
    foreign = models.BooleanField()
    screened_at = models.DateTimeField()


@append_only
class ScreeningFinding(models.Model):
    """One place of a frozen text that a rule hit; written with the freeze and never again.

    `lineage` is the clause's, blank for the whole text (silence on the law); `place` says where in the clause the
    offsets count: its heading, its prose, or a field of a part. The fingerprint is the same wherever the sentence
    stands in later versions, so that an answer follows it.
    """

    text = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="findings")
    lineage = models.CharField(max_length=10, blank=True)
    place = models.CharField(max_length=80)
    code = models.CharField(max_length=30)
    rule = models.CharField(max_length=80)
    severity = models.CharField(max_length=8)
    article = models.CharField(max_length=12)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    excerpt = models.TextField(blank=True)
    sentence = models.TextField(blank=True)
    advice_zh = models.CharField(max_length=300)
    advice_en = models.CharField(max_length=300)
    fingerprint = models.CharField(max_length=32)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["text", "fingerprint"], name="finding_by_text")]


@append_only
class FindingAnswer(models.Model):
    """What came of a finding: kept, with the reason that goes to legal review; or gone, recorded at the freeze.

    A later answer supersedes an earlier one, which stays. `text` is the version it was given on; `answered_by` is
    empty where the product recorded by itself that the wording is gone.
    """

    class Decision(models.TextChoices):
        KEPT = "kept", _("kept, with reason")
        CHANGED = "changed", _("wording changed")
        LAPSED = "lapsed", _("no longer asked by the rules")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="finding_answers")
    text = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="finding_answers")
    fingerprint = models.CharField(max_length=32)
    decision = models.CharField(max_length=8, choices=Decision)
    reason = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["agreement", "fingerprint"], name="answer_by_finding")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decision="kept", answered_by__isnull=False) & ~models.Q(reason="")
                | models.Q(decision__in=("changed", "lapsed"), answered_by=None),
                name="finding_answer_by_whom",
            )
        ]
