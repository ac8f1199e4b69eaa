"""Is everything there? Every gap, each with its article and the place where it is mended."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, cast

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import (
    Agreement,
    Clause,
    FundingShare,
    KeyProject,
    Mechanism,
    Station,
    Target,
    TextVersion,
    WorkItem,
)
from agreements.services import findings, texts
from agreements.verbs import Blocker
from core.verdicts import Gap
from core.wording import say
from records.models import Event
from regulation.records import Part
from regulation.screening import CODES
from regulation.vocabulary import SAFEGUARD_KINDS

WHOLE = Decimal(100)
LONGEST_QUOTE = 40


def drafting_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§2, §3.2: what the text must hold before it goes to review: clauses, parts, natures."""
    if not agreement.natures.exists():
        yield Gap(
            _("Nature of the matter"),
            "§3.4",
            _("It decides between sign-off and a meeting."),
            reverse("agreements:preparation-edit", args=[agreement.public_id]),
            _("Choose the nature"),
            "natures",
        )
    text = texts.working(agreement)
    if text is None:
        yield Gap(_("A working text"), "§3.2", code="text")
        return
    yield from text_gaps(agreement, text)


def text_gaps(agreement: Agreement, text: TextVersion) -> Iterator[Gap]:
    """What is missing in a text, clause by clause; the drafting page shows the same list live."""
    url = reverse("agreements:text-edit", args=[agreement.public_id])
    facts_required = agreement.edition.body.get("project_facts_required", False)
    for clause in texts.clauses_with_parts(text):
        framework = agreement.edition.clause(clause.code) if clause.code else None
        article = agreement.category.article
        here = f"{url}#clause-{clause.lineage}"
        if clause.is_omitted:
            continue
        if not clause.prose.strip():
            yield Gap(
                _("“%(clause)s” has no text") % {"clause": clause.heading},
                article,
                _("A framework clause may be left out with a reason, which goes to legal review."),
                here,
                _("Write"),
                "clause_prose",
            )
        parts = clause.parts
        for code in framework["required_parts"] if framework else ():
            if not parts[code]:
                yield Gap(
                    _("“%(clause)s” has no %(part)s") % {"clause": clause.heading, "part": part_name(code)},
                    article,
                    url=here,
                    action=_("Add"),
                    code=f"part_{code}",
                )
        yield from _part_gaps(clause, parts, article, here, facts_required=facts_required)


def part_name(code: str) -> str:
    """Return what a structured part is called on screen."""
    return {
        Part.TARGETS.value: _("target"),
        Part.WORK_ITEMS.value: _("work item"),
        Part.KEY_PROJECTS.value: _("key project"),
        Part.FUNDING.value: _("funding share"),
        Part.MECHANISMS.value: _("mechanism"),
        Part.SAFEGUARDS.value: _("safeguard"),
        Part.ASSISTANCE.value: _("assisted region"),
        Part.PHASES.value: _("phase"),
        Part.PAIRINGS.value: _("pairing"),
    }[code]


def _missing(what: str, name: str, article: str, url: str) -> Gap:
    return Gap(
        _("“%(name)s”: %(what)s") % {"name": name, "what": what}, article, url=url, action=_("Fill in"), code="fact"
    )


def _part_gaps(
    clause: Clause, parts: dict[str, list[Any]], article: str, url: str, *, facts_required: bool
) -> Iterator[Gap]:
    for target in cast("list[Target]", parts[Part.TARGETS]):
        if target.goal is None:
            yield _missing(_("no target value"), target.indicator, article, url)
        if target.due_on is None:
            yield _missing(_("no due date"), target.indicator, article, url)
        if target.unit_id is None:
            yield _missing(_("no responsible unit"), target.indicator, article, url)
    for item in cast("list[WorkItem]", parts[Part.WORK_ITEMS]):
        if not item.carrier:
            yield _missing(_("no carrier"), item.title, article, url)
        if item.unit_id is None:
            yield _missing(_("no responsible unit"), item.title, article, url)
        if item.due_on is None:
            yield _missing(_("no due date"), item.title, article, url)
    for project in cast("list[KeyProject]", parts[Part.KEY_PROJECTS]):
        if project.starts_on and project.completes_on and project.completes_on < project.starts_on:
            yield _missing(_("completion lies before the start"), project.title, article, url)
        if facts_required and not project.omission_reason:
            yield from (
                _missing(_("no %(fact)s, and no reason") % {"fact": name}, project.title, article, url)
                for name in missing_project_facts(project)
            )
    for mechanism in cast("list[Mechanism]", parts[Part.MECHANISMS]):
        if not mechanism.ours or not mechanism.theirs:
            yield _missing(_("a side has nobody named"), mechanism.title, article, url)
    if parts[Part.SAFEGUARDS]:
        given = {part.kind for part in parts[Part.SAFEGUARDS]}
        for code, kind in SAFEGUARD_KINDS.items():
            if code not in given:
                yield _missing(_("no safeguard of this kind"), say(kind.name), article, url)
    yield from _funding_gaps(clause, parts[Part.FUNDING], article, url)


def missing_project_facts(project: KeyProject) -> list[str]:
    """Return which of the five facts of a key project are missing (start and completion are one fact)."""
    facts = (
        (bool(project.implementing_body), _("implementing body")),
        (bool(project.funding_source), _("source of funds")),
        (bool(project.site), _("planned site")),
        (bool(project.starts_on and project.completes_on), _("start and completion")),
        (bool(project.effect), _("expected effect")),
    )
    return [name for there, name in facts if not there]


def _funding_gaps(clause: Clause, shares: list[object], article: str, url: str) -> Iterator[Gap]:
    """§2.4: the contributions, land as equity counted in, make 100 % of capital; loans are outside the sum."""
    rows = [share for share in shares if isinstance(share, FundingShare)]
    if not rows:
        return
    capital = [share for share in rows if share.channel != "loan"]
    if any(share.share is None for share in capital):
        yield _missing(_("a contribution has no share"), clause.heading, article, url)
        return
    total = sum((share.share or Decimal(0) for share in capital), Decimal(0))
    if total != WHOLE:
        yield _missing(
            _("the shares of capital make %(total)s %%, not 100 %%") % {"total": total.normalize()},
            clause.heading,
            article,
            url,
        )


def screening_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§1.2: what screening finds is changed, or kept with a reason; information stops nothing."""
    for line in findings.unanswered(agreement):
        found = line.found
        record = CODES.get(found.code)
        name = say(record.name) if record else found.code
        yield Gap(
            _("%(name)s: “%(words)s”") % {"name": name, "words": shortened(found.excerpt)} if found.excerpt else name,
            found.article,
            say(found.advice),
            f"{reverse('agreements:text-edit', args=[agreement.public_id])}#finding-{found.fingerprint}",
            _("Change, or say why not"),
            f"screening_{found.code}",
        )


def shortened(words: str) -> str:
    """Return a wording short enough for a line of a list."""
    return words if len(words) <= LONGEST_QUOTE else f"{words[: LONGEST_QUOTE - 1]}…"


def recall_blockers(agreement: Agreement) -> Iterator[Gap]:
    """Recall is exactly one step, while the next has not acted: the last event is the submission itself."""
    last = Event.objects.filter(chain=agreement.chain).order_by("-sequence").first()
    submitted = {Station.LEGAL_REVIEW: "submit_for_review", Station.APPROVAL: "open_approval"}
    if last is None or last.code != submitted.get(agreement.station):
        who = last.actor_name if last else ""
        yield Gap(
            _("%(who)s has acted since; the submission can no longer be recalled") % {"who": who},
            "§3.3",
            _("Ask the reviewer to send the text back."),
            code="acted",
        )


def proposal_blockers(kind: str) -> Blocker:
    """§4.3: a standing changes on the lead unit's proposal; return the blocker that asks for it."""

    def blocker(agreement: Agreement) -> Iterator[Gap]:
        if not agreement.standing_proposals.filter(kind=kind, decided_on=None).exists():
            yield Gap(
                _("A proposal of the lead unit"),
                "§4.3",
                _("The lead unit proposes, the government decides."),
                code="proposal",
            )

    return blocker
