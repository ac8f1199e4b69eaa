"""The text of an agreement: numbered versions of clauses with their structured parts.

The working text is the one version that is not frozen. A frozen version is never changed: its canonical form and
hash are kept with it. Every clause and part carries a lineage that stays the same from version to version, so
that opinions, findings and tasks point at the thing and not at one copy of it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from core import clock
from core.identifiers import new_public_id
from core.models import PublicIdModel

from .agreement import Agreement


class TextVersion(PublicIdModel):
    """A version of the text. `edition` counts saves of the working text, so that two people see each other."""

    class Kind(models.TextChoices):
        WORKING = "working", _("working text")
        CONSULTATION = "consultation", _("text for consultation")
        REVIEW = "review", _("text for review")
        KEPT = "kept", _("kept draft")

    class Origin(models.TextChoices):
        OURS = "ours", _("drafted by our side")
        THEIRS = "theirs", _("drafted by the counterpart")
        JOINT = "joint", _("drafted jointly")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="texts")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.WORKING)
    origin = models.CharField(_("who drafted it"), max_length=8, choices=Origin, default=Origin.OURS)
    note = models.CharField(_("what is new in it"), max_length=300, blank=True)
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    edition = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(default=clock.now)
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    frozen_at = models.DateTimeField(null=True)
    canonical = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="text_number_once"),
            models.UniqueConstraint(fields=["agreement"], condition=Q(frozen_at=None), name="one_working_text"),
        ]

    def __str__(self) -> str:
        return str(self.label)

    @property
    def label(self) -> str:
        """Return the version as people name it: draft 3."""
        return _("draft %(number)s") % {"number": self.number}

    @property
    def is_frozen(self) -> bool:
        """Tell whether the version can no longer change."""
        return self.frozen_at is not None


class Clause(models.Model):
    """A clause of a version. `code` names the framework clause it answers, blank for an added clause."""

    text = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="clauses")
    lineage = models.CharField(max_length=10, default=new_public_id)
    code = models.CharField(max_length=40, blank=True)
    order = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=120)
    prose = models.TextField(blank=True)
    omission_reason = models.TextField(blank=True)
    added_reason = models.TextField(blank=True)
    """Why a clause that is not of the framework was added (§2); blank for framework clauses."""

    parts: dict[str, list[Any]]
    """The structured parts by code, filled by `texts.clauses_with_parts`."""

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["text", "lineage"], name="clause_lineage_once")]

    def __str__(self) -> str:
        return self.heading

    @property
    def is_omitted(self) -> bool:
        """Tell whether the framework clause is left out, with a reason that goes to legal review (§2)."""
        return bool(self.omission_reason)


class Part(models.Model):
    """What all structured parts share: the clause, the lineage, the order."""

    CODE: ClassVar[str]
    FACTS: ClassVar[tuple[str, ...]]
    """The fields that make up the part's content, in the order of its sheet."""
    LATER: ClassVar[tuple[str, ...]] = ()
    """Facts that came when texts had been frozen already: left out of the canonical form while they are empty."""

    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="%(class)ss")
    lineage = models.CharField(max_length=10, default=new_public_id)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["order", "pk"]

    def facts(self) -> dict[str, Any]:
        """Return the content as plain values, as it is hashed and copied."""
        return {name: getattr(self, self._meta.get_field(name).attname) for name in self.FACTS}  # type: ignore[union-attr]


class Target(Part):
    """A target: measurable, decomposable, assessable, achievable, with its point in time (§2.1)."""

    CODE = "target"
    FACTS = ("indicator", "measure", "baseline", "goal", "due_on", "unit")

    indicator = models.CharField(_("indicator"), max_length=200)
    measure = models.CharField(_("unit of measure"), max_length=30, blank=True)
    baseline = models.DecimalField(_("baseline"), max_digits=18, decimal_places=2, null=True, blank=True)
    goal = models.DecimalField(_("target value"), max_digits=18, decimal_places=2, null=True, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible unit")
    )


class WorkItem(Part):
    """A piece of work, a project or a policy, with a handle, a carrier and a platform (§2.1–2.5, 2.7)."""

    CODE = "work_item"
    FACTS = ("group", "title", "kind", "carrier", "unit", "supporting", "due_on")

    group = models.CharField(_("group"), max_length=100, blank=True)
    title = models.CharField(_("work"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, default="work")
    carrier = models.CharField(_("carrier"), max_length=200, blank=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible unit")
    )
    supporting = models.CharField(_("supporting units"), max_length=300, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)


class KeyProject(Part):
    """A key project; five facts are asked for, and a missing one needs a reason before review (§2.1, 2.2, 2.4)."""

    CODE = "key_project"
    FACTS = (
        "title",
        "implementing_body",
        "funding_source",
        "site",
        "starts_on",
        "completes_on",
        "effect",
        "investment",
        "unit",
        "omission_reason",
    )

    title = models.CharField(_("project"), max_length=200)
    implementing_body = models.CharField(_("implementing body"), max_length=200, blank=True)
    funding_source = models.CharField(_("source of funds"), max_length=200, blank=True)
    site = models.CharField(_("planned site"), max_length=300, blank=True)
    starts_on = models.DateField(_("start"), null=True, blank=True)
    completes_on = models.DateField(_("completion"), null=True, blank=True)
    effect = models.CharField(_("expected effect"), max_length=300, blank=True)
    investment = models.DecimalField(_("investment (yuan)"), max_digits=18, decimal_places=2, null=True, blank=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible unit")
    )
    omission_reason = models.CharField(_("why a fact is missing"), max_length=300, blank=True)


class FundingShare(Part):
    """A contribution or a loan (§2.4): the shares of capital make 100 %, land as equity counted in."""

    CODE = "funding_share"
    FACTS = ("contributor", "channel", "amount", "share", "note")

    contributor = models.CharField(_("contributor"), max_length=200)
    channel = models.CharField(_("channel"), max_length=20)
    amount = models.DecimalField(_("amount (yuan)"), max_digits=18, decimal_places=2, null=True, blank=True)
    share = models.DecimalField(_("share of capital (%)"), max_digits=5, decimal_places=2, null=True, blank=True)
    note = models.CharField(_("remark"), max_length=200, blank=True)


class Mechanism(Part):
    """A mechanism with its frequency and both sides' contacts; it becomes recurring events after signing."""

    CODE = "mechanism"
    FACTS = ("title", "frequency", "ours", "theirs", "first_on", "unit")

    title = models.CharField(_("mechanism"), max_length=200)
    frequency = models.CharField(_("frequency"), max_length=12, default="as_needed")
    ours = models.CharField(_("our side"), max_length=200, blank=True)
    theirs = models.CharField(_("their side"), max_length=200, blank=True)
    first_on = models.DateField(_("first time"), null=True, blank=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible unit")
    )


class Safeguard(Part):
    """A safeguard: policy, personnel or funds (§2.1, 2.3, 2.5, 2.7)."""

    CODE = "safeguard"
    FACTS = ("kind", "measure")

    kind = models.CharField(_("kind"), max_length=12)
    measure = models.CharField(_("measure"), max_length=300)


class AssistanceScope(Part):
    """An assisted region and the size of its funds (§2.6)."""

    CODE = "assistance_scope"
    FACTS = ("region", "funds", "note")

    region = models.CharField(_("assisted region"), max_length=200)
    funds = models.DecimalField(_("funds (yuan)"), max_digits=18, decimal_places=2, null=True, blank=True)
    note = models.CharField(_("arrangement"), max_length=300, blank=True)


class Phase(Part):
    """What is to be reached in a year."""

    CODE = "phase"
    FACTS = ("year", "goal")

    year = models.PositiveSmallIntegerField(_("year"))
    goal = models.CharField(_("goal"), max_length=300)


class Pairing(Part):
    """Units of ours paired with units of theirs; `within` names the larger area theirs lies in."""

    CODE = "pairing"
    FACTS = ("ours", "theirs", "within")

    ours = models.CharField(_("our side"), max_length=200)
    theirs = models.CharField(_("their side"), max_length=200)
    within = models.CharField(_("lies in"), max_length=100, blank=True)


PART_MODELS: dict[str, type[Part]] = {
    model.CODE: model
    for model in (
        Target,
        WorkItem,
        KeyProject,
        FundingShare,
        Mechanism,
        Safeguard,
        AssistanceScope,
        Phase,
        Pairing,
    )
}
