"""A text under approval that a meeting passed in principle: revised, checked, looked at again, taken in (§3.3, §3.4).

The only way in which the text of an open run changes. `order` opens it, the lead unit writes and `submit`s, the legal
reviewer `check`s, the units concerned look again, the General Office `close`s it: only then is the run bound to the new
text, and the levels concerned decide again. Until then no step opens and nothing is signed.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Post, User
from accounts.posts import post_in
from agreements import events, verbs
from agreements.models import Agreement, Attachment, Consultation, Station, TextVersion
from agreements.services import access as sight
from agreements.services import attachments, consulting, deadlines, duties, lifecycle, opinions, texts
from approvals import substance
from approvals.models import Assignment, Decision, Revision, Run, Step
from approvals.models.run import own_names
from approvals.services import carrying, certifying, opening, re_asking, steps, taking
from approvals.services.reviewing import STEP_RULE
from approvals.services.routing import office_post, review_post
from core import clock
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied
from records import trail

RULE = "revision"
REVISE, SUBMIT, CHECK, RESUME, CLOSE = (
    "revise",
    "submit_revision",
    "check_revision",
    "resume_revision",
    "close_revision",
)
WORDING, SUBSTANCE, BACK = "wording", "substance", "back"
"""What the legal reviewer finds: wording only; of substance, and it carries out the resolution; not yet carried out."""


# ---------------------------------------------------------------------- where it stands


def under_way(agreement: Agreement) -> Revision | None:
    """Return the revision an approval waits for; None where there is none."""
    return (
        Revision.objects.filter(run__agreement=agreement, run__state=Run.State.OPEN, state__in=Revision.UNDER_WAY)
        .select_related("run__text", "step", "before", "after", "agreed_paper", "submitted_by", "checked_by")
        .first()
    )


def is_written(agreement: Agreement) -> bool:
    """Tell whether the text of an agreement under approval is open for writing: while it is being revised."""
    if agreement.station != Station.APPROVAL:
        return False
    return Revision.objects.filter(
        run__agreement=agreement, run__state=Run.State.OPEN, state=Revision.State.OPEN
    ).exists()


def takes_opinions(round_: Consultation) -> bool:
    """Tell whether a round is one in which units look at revised clauses again, and is open."""
    return Revision.objects.filter(rounds=round_, run__state=Run.State.OPEN, state__in=Revision.UNDER_WAY).exists()


def round_of(revision: Revision) -> Consultation | None:
    """Return the newest round of a revision; None where no unit was asked."""
    return revision.rounds.order_by("-round").first()


# ---------------------------------------------------------------------- ordering


def order(run: Run, *, step: Step, words: str, by: User, at: datetime, on: date | None = None) -> Revision:
    """Order a revision of the text under approval: a meeting passed it in principle, with `words`.

    It lies with the lead unit, whose text is open from here on; until it is closed the next step does not open, and
    nothing is signed. The caller holds the lock and records the act. Second caller: the database refuses a second open
    revision of a run.
    """
    revision = Revision.objects.create(run=run, step=step, words=words, before=run.text, ordered_by=by, ordered_at=at)
    _open_for_writing(revision, run.text, by=by, on=on or clock.today(at), at=at)
    return revision


def _open_for_writing(revision: Revision, text: TextVersion, *, by: User, on: date, at: datetime) -> None:
    """Open the working text, and put it on the desks of the lead unit's officer and head with its limit."""
    agreement = revision.run.agreement
    texts.carry_forward(text, by=by, at=at)
    officer, head = (post_in(agreement.lead_unit, code) for code in ("officer", "unit_head"))
    deadline = deadlines.start(agreement, RULE, starts_on=on, post=officer, subject_key=revision.key)
    for code, post in ((REVISE, officer), (SUBMIT, head)):
        duties.open(agreement, code, post=post, subject_key=revision.key, deadline=deadline, by=by, at=at)


# ---------------------------------------------------------------------- submitting


def submit(
    revision: Revision,
    *,
    by: User,
    note: str,
    claims_wording: bool = False,
    agreed_on: date | None = None,
    agreed_how: str = "",
    agreed_paper: File[Any] | None = None,
    on: date | None = None,
    at: datetime | None = None,
) -> Revision:
    """Submit a revised text to the legal reviewer: it is frozen, `note` says what was changed, or why nothing was.

    A change is either claimed to be one of wording only, or it was agreed with the counterpart again (§3.3): when and
    how, with a paper where there is one. Raises Refused for anyone but the head of the lead unit; NotNow for what the
    text lacks, for what screening finds, for a claim that the machine can tell to be wrong; BadInput without the note,
    without the agreement with the counterpart, or for a day to come. Second caller: NotNow, told who submitted.
    """
    on, at = taking.today(on, at)
    note, agreed_how = note.strip(), agreed_how.strip()
    with transaction.atomic():
        agreement, post = _enter(revision, SUBMIT, Revision.State.OPEN, by=by, on=on)
        text = texts.working(agreement)
        if text is None:
            raise texts.closed()
        is_same = texts.digest(texts.canonical(text)) == revision.before.sha256
        if not note:
            raise BadInput(
                _("Nothing was changed: say why the resolution needs no change of the text.")
                if is_same
                else _("Say what was changed and how it carries out the resolution."),
                "§3.4",
            )
        frozen = texts.freeze(agreement, TextVersion.Kind.REVIEW, at=at, note=note[:300])
        if is_same:
            claims_wording, agreed_on, agreed_how, agreed_paper = False, None, "", None
        elif claims_wording:
            certifying.must_be_wording(substance.check(revision.before, frozen))
            agreed_on, agreed_how, agreed_paper = None, "", None
        else:
            _must_be_agreed(agreed_on, agreed_how, on)
        revision.after, revision.note, revision.claims_wording = frozen, note, claims_wording
        revision.agreed_on, revision.agreed_how = agreed_on, agreed_how
        revision.agreed_paper = (
            attachments.attach(agreement, Attachment.Kind.LETTER, agreed_paper, by=by, subject_key=revision.key)
            if agreed_paper
            else None
        )
        revision.submitted_by, revision.submitted_at, revision.state = by, at, Revision.State.SUBMITTED
        revision.save()
        sight.grant(agreement, sight.SUBMITTED, user=by)
        _clear(revision, by=by, on=on, at=at)
        _put(revision, CHECK, review_post(agreement.authority), by=by, on=on, at=at)
        _record(revision, SUBMIT, by=by, post=post, words=note, on=on, at=at)
    return revision


def _must_be_agreed(agreed_on: date | None, agreed_how: str, on: date) -> None:
    if agreed_on is None or not agreed_how:
        raise BadInput(
            _("A change of substance is agreed with the counterpart again: say when and how."),
            "§3.3",
            code="agreed_again",
        )
    if agreed_on > on:
        raise BadInput(_("What was agreed with the counterpart cannot lie in the future."), "§3.3")


# ---------------------------------------------------------------------- checking


def check(
    revision: Revision,
    *,
    by: User,
    finding: str,
    words: str = "",
    text_sha256: str,
    on: date | None = None,
    at: datetime | None = None,
) -> Revision:
    """Say whether a revised text carries out the resolution, and whether the change is one of wording only (§3.3).

    `wording`: it does, and the editorial certificate is given, with `words`: nobody is asked again. `substance`: it
    does, and the units that spoke to a changed clause look at it again, each at its own, by a day. `back`: it does not,
    or is no change of wording as was claimed; `words` say what is missing, and the lead unit goes on writing. Raises
    Refused for anyone but the legal reviewer who did not work on the case; NotNow for another text than the one shown,
    for a certificate on a change of substance (every point named), and for a change of substance that was not agreed
    with the counterpart; BadInput without words where they are needed. Second caller: NotNow, told who checked.
    """
    on, at = taking.today(on, at)
    words = words.strip()
    if finding not in (WORDING, SUBSTANCE, BACK):
        raise BadInput(_("Choose what you found."), "§3.3")
    if finding == BACK and not words:
        raise BadInput(_("Say what is missing: the lead unit revises by it."), "§3.3")
    with transaction.atomic():
        agreement, post = _enter(revision, CHECK, Revision.State.SUBMITTED, by=by, on=on)
        text = _submitted(revision)
        if text_sha256 != text.sha256:
            raise NotNow(_("The text you were shown is not the text under review."), "§3.3", code="other_text")
        is_same = text.sha256 == revision.before.sha256
        kept: dict[str, Any] = {"finding": finding}
        revision.found, revision.checked_by, revision.checked_at = words, by, at
        _clear(revision, by=by, on=on, at=at)
        if finding == BACK:
            revision.after, revision.state = None, Revision.State.OPEN
            revision.save()
            _open_for_writing(revision, text, by=by, on=on, at=at)
        else:
            if finding == WORDING:
                certificate = certifying.of_pair(revision.before, text) or certifying.write(
                    agreement, revision.before, text, by=by, post=post, words=words, on=on, at=at
                )
                revision.certificate = certificate
            elif not is_same and revision.agreed_on is None:
                raise NotNow(
                    _("The change was not agreed with the counterpart again; one of substance has to be."),
                    "§3.3",
                    code="agreed_again",
                    next_step=_("Certify it as one of wording only, or give it back to the lead unit."),
                )
            revision.state = Revision.State.CHECKED
            revision.save()
            if finding == SUBSTANCE:
                kept |= _ask_units(revision, text, by=by, on=on, at=at)
            _put(revision, CLOSE, office_post(agreement.authority), by=by, on=on, at=at)
        _record(revision, CHECK, by=by, post=post, words=words, on=on, at=at, text=text, **kept)
    return revision


def _ask_units(revision: Revision, text: TextVersion, *, by: User, on: date, at: datetime) -> dict[str, Any]:
    concerns = re_asking.concerned(revision.before, text, seen=list(revision.rounds.all()))
    asked = re_asking.by_unit(concerns)
    if not asked:
        return {}
    agreement = revision.run.agreement
    changed = _("“%(words)s”: the clauses named here were changed by it. Please look at them again.") % {
        "words": revision.words
    }
    round_ = consulting.ask_again(agreement, text, asked, by=by, note=changed, on=on, at=at)
    revision.rounds.add(round_)
    headings = {concern.lineage: concern.heading for concern in concerns}
    return {
        "round": round_.round,
        "units": {unit.name_zh: [headings[lineage] for lineage in about] for unit, about in asked.items()},
    }


# ---------------------------------------------------------------------- once more, or taken in


def resume(
    revision: Revision, *, by: User, reason: str, on: date | None = None, at: datetime | None = None
) -> Revision:
    """Revise once more, after a unit had something to say on a changed clause: the text is open again.

    What the units said stays; they are asked again only about what changes further. Raises Refused for anyone but the
    lead unit's staff, BadInput without a reason. Second caller: NotNow, the revision is open.
    """
    on, at = taking.today(on, at)
    if not reason.strip():
        raise BadInput(_("Say why the text is revised once more."), "§3.4")
    with transaction.atomic():
        _agreement, post = _enter(revision, RESUME, Revision.State.CHECKED, by=by, on=on)
        text = _submitted(revision)
        _clear(revision, by=by, on=on, at=at)
        revision.after, revision.certificate, revision.state = None, None, Revision.State.OPEN
        revision.found, revision.checked_by, revision.checked_at = reason.strip(), by, at
        revision.save()
        _open_for_writing(revision, text, by=by, on=on, at=at)
        _record(revision, RESUME, by=by, post=post, words=reason.strip(), on=on, at=at, text=text)
    return revision


def close(revision: Revision, *, by: User, on: date | None = None, at: datetime | None = None) -> Run:
    """Take a checked revision into the approval: the run is bound to the new text, and exactly the levels that approved
    the earlier one decide again; the resolution that ordered the change stands.

    With an editorial certificate, or where nothing had to be changed, nobody is asked again: what was approved is
    carried over with its rule. Then the next step opens. Raises Refused for anyone but the General Office; NotNow while
    a unit may still reply or an opinion has no answer (every gap named). Second caller: NotNow, told who did it.
    """
    on, at = taking.today(on, at)
    with transaction.atomic():
        _agreement, post = _enter(revision, CLOSE, Revision.State.CHECKED, by=by, on=on)
        run, text = revision.run, _submitted(revision)
        levels = re_asking.levels(run, revision.step)
        is_asked = revision.certificate_id is None and text.sha256 != revision.before.sha256
        revision.asked = re_asking.as_kept(
            re_asking.concerned(revision.before, text) if is_asked else (), levels if is_asked else None
        )
        _bind(revision, text, levels, is_asked=is_asked, on=on, at=at)
        revision.state, revision.closed_by, revision.closed_at = Revision.State.CLOSED, by, at
        revision.save()
        _clear(revision, by=by, on=on, at=at)
        asked = levels.asked if is_asked else []
        kept = {"levels": [step.code for step in asked], **own_names("level_names", asked)}
        _record(revision, CLOSE, by=by, post=post, words="", on=on, at=at, text=text, **kept)
        _go_on(revision, by=by, on=on, at=at)
    return run


def _bind(
    revision: Revision, text: TextVersion, levels: re_asking.Levels, *, is_asked: bool, on: date, at: datetime
) -> None:
    run = revision.run
    words = carrying.last_words(run)
    run.text, run.sha256 = text, text.sha256
    run.save(update_fields=["text", "sha256"])
    if text.sha256 == revision.before.sha256:
        return
    carried = {"sha256": text.sha256, "on": on, "at": at}
    if is_asked:
        carrying.carry_all(levels.stand, words, Decision.REVISED, **carried)  # type: ignore[arg-type]
        opening.wait_again(levels.asked, Step.Again.RE_ASKED)
    else:
        carrying.carry_all([*levels.stand, *levels.asked], words, Decision.EDITORIAL, **carried)  # type: ignore[arg-type]


def _go_on(revision: Revision, *, by: User, on: date, at: datetime) -> None:
    """Open the next step, or go through the door where the meeting was the last one and nobody is asked again."""
    run = revision.run
    assignment = (
        Assignment.objects.filter(step=revision.step)
        .select_related("post__unit", "step__run__agreement__lead_unit")
        .order_by("-pk")
        .first()
    )
    if assignment is None:
        raise RuntimeError("a meeting's step has lain with somebody")
    held, _worked = taking.read(run, assignment)
    ahead = opening.ahead_of(run.agreement, held.waiting, held.approvers, on)
    if ahead.step is not None:
        opening.open_next(held, ahead, by=by, on=on, at=at)
        deadlines.refresh_next_due(run.agreement)
        return
    opening.skip(ahead, on=on, at=at, sha256=run.sha256)
    lifecycle.move(
        run.agreement, "approve", by=by, on=on, at=at, facts=lambda _locked: steps.payload(held.step), text=run.text
    )


# ---------------------------------------------------------------------- what the acts share


def _enter(revision: Revision, verb: str, state: str, *, by: User, on: date) -> tuple[Agreement, str]:
    """Lock, re-read, ask who and when, and whether the revision is where the act finds it; return the post as well."""
    agreement = revision.run.agreement
    lifecycle.lock(agreement)
    revision.refresh_from_db()
    revision.run.agreement = agreement
    verdict = verbs.get(verb).may(by, agreement)
    if isinstance(verdict, Denied):
        raise Refused.because(verdict)
    if revision.state != state or revision.run.state != Run.State.OPEN:
        raise _elsewhere(revision)
    return agreement, lifecycle.check(agreement, verb, by=by, on=on)


def _elsewhere(revision: Revision) -> NotNow:
    last = trail.history(revision.run.agreement.chain).exclude(code__in=events.passive()).last()
    return NotNow(
        _("The revision has gone on: it is %(state)s. Last act: %(who)s.")
        % {"state": revision.get_state_display(), "who": last.actor_name if last else ""},
        "§3.4",
        code="revision_elsewhere",
        next_step=_("Open the agreement to see who has it now."),
    )


def _submitted(revision: Revision) -> TextVersion:
    if revision.after is None:
        raise RuntimeError("a submitted revision has its text")
    return revision.after


def _clear(revision: Revision, *, by: User, on: date, at: datetime) -> None:
    """Take the revision off every desk, with its limits, and the units that were asked in it."""
    agreement = revision.run.agreement
    keys = [revision.key]
    for round_ in revision.rounds.all():
        keys += [consulting.key_of(row) for row in round_.consulted.all()]
    duties.close(agreement, subject_key=keys, by=by, at=at)
    deadlines.close(agreement, RULE, subject_key=revision.key, on=on)
    deadlines.close(agreement, STEP_RULE, subject_key=revision.key, on=on)
    deadlines.close(agreement, consulting.RULE, subject_key=keys[1:], on=on)
    if not opinions.unanswered(agreement):
        duties.close(agreement, opinions.ANSWER, by=by, at=at)


def _put(revision: Revision, code: str, post: Post, *, by: User, on: date, at: datetime) -> None:
    agreement = revision.run.agreement
    deadline = deadlines.start(agreement, STEP_RULE, starts_on=on, post=post, subject_key=revision.key)
    duties.open(agreement, code, post=post, subject_key=revision.key, deadline=deadline, by=by, at=at)


def _record(
    revision: Revision,
    code: str,
    *,
    by: User,
    post: str,
    words: str,
    on: date,
    at: datetime,
    text: TextVersion | None = None,
    **payload: Any,
) -> None:
    agreement = revision.run.agreement
    facts = {
        "run": revision.run.public_id,
        "step": revision.step.code,
        **revision.step.named("name"),
        "revision": revision.public_id,
        **payload,
    }
    shown = text or revision.after
    lifecycle.act(agreement, code, actor=by.actor(post), on=on, at=at, comment=words, text=shown, payload=facts)
    deadlines.refresh_next_due(agreement)
