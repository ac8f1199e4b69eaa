"""Approvals that stand over a new text or a new run without asking anybody: each recorded with the rule that allows it.

Three rules. The text came back unchanged after a return (`same_text`). The legal reviewer certified that the change is
one of wording only (`editorial`). A meeting ordered the change itself (`revised`): its resolution and the presentation
stand. Every other level is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from accounts.models import Post, User
from agreements.models import Agreement, TextVersion
from agreements.services import texts
from approvals.models import Assignment, Certificate, Decision, MeetingResult, Run, Step, StepKind
from approvals.services import opening, routing, steps
from core.errors import BadInput

Verdict = Decision.Verdict
FAVOURABLE = (Verdict.PRESENT, Verdict.APPROVE, Verdict.SKIP, Verdict.CARRY)
PASSED = (MeetingResult.Result.PASSED, MeetingResult.Result.IN_PRINCIPLE)
STRAIGHT, LEVEL_BY_LEVEL = Decision.STRAIGHT, Decision.LEVEL_BY_LEVEL


@dataclass(frozen=True, slots=True)
class LastWord:
    """The last word on a step that stands: in favour or not, on which text, by whom, from which post."""

    favourable: bool
    sha256: str
    by: User
    post: Post


def last_words(run: Run) -> dict[int, LastWord]:
    """Return the last word on each step of a run by its key: of its host, of those who countersign, or of a meeting.

    What was written in an earlier round of a step does not stand. Of those who countersign, the last in favour counts
    for the step, since it has passed by its rule. Two queries, however many steps.
    """
    rows = (
        Decision.objects.filter(
            assignment__step__run=run, assignment__kind__in=(Assignment.Kind.HOST, Assignment.Kind.SEAT)
        )
        .exclude(verdict__in=(Verdict.REASSIGN, Verdict.ADVISE))
        .select_related("assignment__step", "assignment__post__unit", "by")
        .order_by("pk")
    )
    results = MeetingResult.objects.filter(step__run=run).select_related("step__post__unit", "recorded_by")
    found: dict[int, tuple[datetime, LastWord]] = {}
    for row in rows:
        assignment, step = row.assignment, row.assignment.step
        favourable = row.verdict in FAVOURABLE
        if assignment.round != step.round or (step.kind == StepKind.COUNTERSIGN and not favourable):
            continue
        found[step.pk] = (row.at, LastWord(favourable, row.text_sha256, row.by, assignment.post))
    for result in results.order_by("pk"):
        step = result.step
        earlier = found.get(step.pk)
        if result.result == MeetingResult.Result.DEFERRED or step.post is None:
            continue
        if earlier is None or earlier[0] <= result.recorded_at:
            word = LastWord(result.result in PASSED, result.text_sha256, result.recorded_by, step.post)
            found[step.pk] = (result.recorded_at, word)
    return {key: word for key, (_at, word) in found.items()}


def carry(step: Step, word: LastWord, rule: str, *, sha256: str, on: date, at: datetime) -> None:
    """Let the word on a step stand on another text, recorded with its rule; nobody is asked."""
    step.state = Step.State.DONE
    step.round += 1
    step.save(update_fields=["state", "round"])
    assignment = Assignment.objects.create(
        step=step,
        post=word.post,
        round=step.round,
        opened_at=at,
        closed_at=at,
        closed_because=Assignment.Closed.DECIDED,
    )
    steps.write(
        assignment,
        Verdict.CARRY,
        by=word.by,
        on=on,
        at=at,
        sha256=sha256,
        rule=rule,
        capacity=opening.SYSTEM_CAPACITY,
    )


def carry_all(
    of: Iterable[Step], words: Mapping[int, LastWord], rule: str, *, sha256: str, on: date, at: datetime
) -> None:
    """Carry the words on several steps; a step on which nothing in favour stands is a programming error."""
    for step in of:
        carry(step, words[step.pk], rule, sha256=sha256, on=on, at=at)


# ---------------------------------------------------------------------- after a return, in a new run


@dataclass(frozen=True, slots=True)
class Offer:
    """What of an earlier run may stand when a text that was sent back is presented again."""

    earlier: Run
    rule: str
    returner: Step
    """The step that sent the text back: with it the approval goes on."""
    passed: tuple[tuple[Step, LastWord], ...]
    """The steps before it that approved, in their order."""

    @property
    def is_editorial(self) -> bool:
        """Tell whether the text changed, by wording only."""
        return self.rule == Decision.EDITORIAL

    def default(self) -> str:
        """Return the way that is taken when none is chosen: a certificate asks nobody, a mere return asks all."""
        return STRAIGHT if self.is_editorial else LEVEL_BY_LEVEL


def offer(agreement: Agreement, text: TextVersion) -> Offer | None:
    """Return what of the last approval may stand for a text that is presented again; None where nothing does.

    Only a run that a level sent back counts, and only where the text is the very one or the change was certified. The
    levels count in their order up to the one that sent it back.
    """
    earlier = (
        Run.objects.filter(agreement=agreement)
        .exclude(state__in=(Run.State.OPEN, Run.State.RECALLED))
        .select_related("text")
        .order_by("-pk")
        .first()
    )
    if earlier is None or earlier.state != Run.State.RETURNED:
        return None
    rule = _rule(earlier, text.sha256)
    if not rule:
        return None
    words = last_words(earlier)
    passed: list[tuple[Step, LastWord]] = []
    for step in earlier.steps.select_related("post__unit").order_by("order"):
        word = words.get(step.pk)
        if word is None:
            break
        if not word.favourable:
            levels = tuple(row for row in passed if row[0].code != routing.OFFICE)
            return Offer(earlier, rule, step, levels) if levels else None
        if word.sha256 != earlier.sha256:
            break
        passed.append((step, word))
    return None


def of_agreement(agreement: Agreement) -> Offer | None:
    """Return what may stand when an agreement is presented now; None before its text is frozen."""
    text = texts.current(agreement)
    return offer(agreement, text) if text is not None and text.is_frozen else None


def _rule(earlier: Run, sha256: str) -> str:
    if earlier.sha256 == sha256:
        return Decision.SAME_TEXT
    certified = Certificate.objects.filter(
        agreement=earlier.agreement_id, before_sha256=earlier.sha256, after_sha256=sha256
    ).exists()
    return Decision.EDITORIAL if certified else ""


def take_up(run: Run, copied: Iterable[Step], way: str, *, on: date, at: datetime) -> list[str]:
    """Let what was approved before a return stand in a new run, where the submitter goes straight; return the codes.

    The levels stand in their order and up to the first that the earlier way did not have: none is left out. Raises
    BadInput for a way that is none, and for going straight with a text that changed without a certificate.
    """
    if way not in ("", STRAIGHT, LEVEL_BY_LEVEL):
        raise BadInput(_("Choose how the text goes on."), "§3.4")
    found = offer(run.agreement, run.text)
    if found is None or (way or found.default()) != STRAIGHT:
        return []
    known = {step.code: (step, word) for step, word in found.passed}
    carried = []
    for step in copied:
        if step.code == routing.OFFICE:
            continue
        if step.code not in known or known[step.code][0].kind != step.kind:
            break
        earlier, word = known[step.code]
        step.redirected_because = earlier.redirected_because
        step.post = word.post
        step.save(update_fields=["redirected_because", "post"])
        carry(step, word, found.rule, sha256=run.sha256, on=on, at=at)
        carried.append(step.code)
    return carried
