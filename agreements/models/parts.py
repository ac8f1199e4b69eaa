"""The structured parts of a clause: what is stated apart from the prose, so that it can be followed up.

Facts that came later than the first frozen texts stand in `LATER`: an older text keeps the form in which it was
hashed.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from agreements.due import Due
from core.identifiers import new_public_id

from .text import Clause


def _responsible() -> Any:
    return models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible unit")
    )


class Part(models.Model):
    """What all structured parts share: the clause, the lineage, the order."""

    CODE: ClassVar[str]
    FACTS: ClassVar[tuple[str, ...]]
    """The fields that make up the part's content, in the order of its sheet."""
    LATER: ClassVar[tuple[str, ...]] = ()
    """Facts that came when texts had been frozen already: left out of the canonical form while they are empty."""

    TIMES: ClassVar[dict[str, tuple[str, str]]] = {}
    """Facts that state a time: the field of the day → the fields that keep how it is written, and how often."""

    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="%(class)ss")
    lineage = models.CharField(max_length=10, default=new_public_id)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["order", "pk"]

    def facts(self) -> dict[str, Any]:
        """Return the content as plain values, as it is hashed and copied."""
        return {name: getattr(self, self._meta.get_field(name).attname) for name in self.FACTS}  # type: ignore[union-attr]

    def time(self, name: str) -> Due:
        """Return a time as it was written: a day, a month, a year, or how often."""
        kind, frequency = self.TIMES[name]
        return Due(getattr(self, name), getattr(self, kind), getattr(self, frequency) if frequency else "")


class Target(Part):
    """A target: measurable, decomposable, assessable, achievable, with its point in time (§2.1)."""

    CODE = "target"
    FACTS = ("indicator", "measure", "baseline", "goal", "due_on", "unit", "due_kind", "breakdown")
    LATER = ("due_kind", "breakdown")
    TIMES = {"due_on": ("due_kind", "")}

    indicator = models.CharField(_("indicator"), max_length=200)
    measure = models.CharField(_("unit of measure"), max_length=30, blank=True)
    baseline = models.DecimalField(_("baseline"), max_digits=18, decimal_places=2, null=True, blank=True)
    goal = models.DecimalField(_("target value"), max_digits=18, decimal_places=2, null=True, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    due_kind = models.CharField(_("due as written"), max_length=10, blank=True)
    unit = _responsible()
    breakdown = models.CharField(_("sub-targets"), max_length=300, blank=True)
    """Increments by year or by unit that lead from the baseline to the target value (see `agreements.breakdown`)."""


class WorkItem(Part):
    """A piece of work, a project or a policy, with a handle, a carrier and a platform (§2.1–2.5, 2.7)."""

    CODE = "work_item"
    FACTS = ("group", "title", "kind", "carrier", "unit", "supporting", "due_on", "due_kind", "frequency")
    LATER = ("due_kind", "frequency")
    TIMES = {"due_on": ("due_kind", "frequency")}

    group = models.CharField(_("group"), max_length=100, blank=True)
    title = models.CharField(_("work"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, default="work")
    carrier = models.CharField(_("carrier"), max_length=200, blank=True)
    unit = _responsible()
    supporting = models.CharField(_("supporting units"), max_length=300, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    due_kind = models.CharField(_("due as written"), max_length=10, blank=True)
    frequency = models.CharField(_("how often"), max_length=12, blank=True)


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
        "starts_kind",
        "completes_kind",
    )
    LATER = ("starts_kind", "completes_kind")
    TIMES = {"starts_on": ("starts_kind", ""), "completes_on": ("completes_kind", "")}

    title = models.CharField(_("project"), max_length=200)
    implementing_body = models.CharField(_("implementing body"), max_length=200, blank=True)
    funding_source = models.CharField(_("source of funds"), max_length=200, blank=True)
    site = models.CharField(_("planned site"), max_length=300, blank=True)
    starts_on = models.DateField(_("start"), null=True, blank=True)
    starts_kind = models.CharField(_("start as written"), max_length=10, blank=True)
    completes_on = models.DateField(_("completion"), null=True, blank=True)
    completes_kind = models.CharField(_("completion as written"), max_length=10, blank=True)
    effect = models.CharField(_("expected effect"), max_length=300, blank=True)
    investment = models.DecimalField(_("investment (yuan)"), max_digits=18, decimal_places=2, null=True, blank=True)
    unit = _responsible()
    omission_reason = models.CharField(_("why a fact is missing"), max_length=300, blank=True)


class FundingShare(Part):
    """A contribution or a loan (§2.4): the shares of capital make 100 %, land as equity counted in."""

    CODE = "funding_share"
    FACTS = ("contributor", "channel", "amount", "share", "note")

    contributor = models.CharField(_("contributor"), max_length=200)
    channel = models.CharField(_("channel"), max_length=20)
    amount = models.DecimalField(_("amount (yuan)"), max_digits=18, decimal_places=2, null=True, blank=True)
    share = models.DecimalField(_("share (%)"), max_digits=5, decimal_places=2, null=True, blank=True)
    note = models.CharField(_("remark"), max_length=200, blank=True)


class Mechanism(Part):
    """A mechanism with its frequency and both sides' contacts; it becomes recurring events after signing."""

    CODE = "mechanism"
    FACTS = ("title", "frequency", "ours", "theirs", "first_on", "unit", "our_contact", "their_contact")
    LATER = ("our_contact", "their_contact")

    title = models.CharField(_("mechanism"), max_length=200)
    frequency = models.CharField(_("frequency"), max_length=12, default="as_needed")
    ours = models.CharField(_("our side"), max_length=200, blank=True)
    our_contact = models.CharField(_("our contact"), max_length=100, blank=True)
    theirs = models.CharField(_("their side"), max_length=200, blank=True)
    their_contact = models.CharField(_("their contact"), max_length=100, blank=True)
    first_on = models.DateField(_("first time"), null=True, blank=True)
    unit = _responsible()


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


class Duty(Part):
    """What one side, or both, must do or may claim in the term (§2.2, 2.4, 2.7: rights and duties)."""

    CODE = "duty"
    FACTS = ("side", "kind", "text")

    side = models.CharField(_("side"), max_length=8)
    kind = models.CharField(_("right or duty"), max_length=8, default="duty")
    text = models.CharField(_("content"), max_length=500)


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
        Duty,
    )
}
