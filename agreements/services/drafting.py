"""Drafting (§3.2): begin, hand to the unit's head, submit for review, recall, withdraw."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.posts import post_in
from agreements import openings, rules
from agreements.contents import ClauseContent
from agreements.models import Agreement, Standing, Station, TextVersion
from agreements.services import access, deadlines, duties, lifecycle, notices, texts
from agreements.services.lifecycle import Moved
from agreements.services.texts import Saved
from core import clock
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied
from records.models import Event

WRITE = "write"
TELL_THEMSELVES = ("recall", "terminate_run")
"""Verbs that lead back to drafting and are no return: who is told, and in which words, is theirs to say."""


def begin(agreement: Agreement, *, by: User, on: date | None = None, at: datetime | None = None) -> Moved:
    """§3.1 → §3.2: open the draft with the framework clauses of the category."""
    return lifecycle.move(agreement, "begin_drafting", by=by, on=on, at=at)


def write(
    agreement: Agreement,
    contents: Sequence[ClauseContent],
    *,
    by: User,
    edition: int,
    origin: str = "",
    at: datetime | None = None,
) -> Saved:
    """Save what was typed into the working text; whoever writes counts as a drafter from here on.

    The trail gets one line for a stretch of writing, not one for each save; a save that changes nothing leaves no
    trace. Raises Refused for anyone but the lead unit's staff, NotNow when the text is closed. Of a clause that
    somebody else saved since `edition` nothing is overwritten: the words are set aside (see `texts.save`).
    """
    at = at or clock.now()
    with transaction.atomic():
        post = enter(agreement, by=by)
        saved = texts.save(agreement, contents, by=by, edition=edition, origin=origin, at=at)
        if saved.written or saved.set_aside:
            access.grant(agreement, access.DRAFTED, user=by)
        if saved.written:
            _note_writing(agreement, saved.text, by=by, post=post, at=at)
    return saved


def enter(agreement: Agreement, *, by: User) -> str:
    """Lock the agreement for writing its text and return the post that writes; the caller has a transaction open.

    Raises Refused for anyone but the lead unit's staff, NotNow when the text is closed.
    """
    lifecycle.lock(agreement)
    verdict = rules.may_edit(by, agreement)
    if isinstance(verdict, Denied):
        raise Refused.because(verdict)
    if not is_open(agreement):
        raise texts.closed()
    return verdict.post


def _note_writing(agreement: Agreement, text: TextVersion, *, by: User, post: str, at: datetime) -> None:
    last = Event.objects.filter(chain=agreement.chain).order_by("-sequence").first()
    if last is None or (last.code, last.actor_id) != (WRITE, by.pk):
        lifecycle.act(agreement, WRITE, actor=by.actor(post), on=clock.today(at), at=at, payload={"text": text.number})


def keep(agreement: Agreement, *, by: User, note: str = "", at: datetime | None = None) -> TextVersion:
    """Keep the draft as it stands as a numbered version that never changes (§3.2), and go on drafting in a copy.

    `note` says what is new in it. Raises Refused for anyone but the lead unit's staff; NotNow where the text is not
    open for writing, and where nothing was written since the version before: two versions never say the same, so a
    second caller is told that the draft is kept already.
    """
    at = at or clock.now()
    with transaction.atomic():
        lifecycle.lock(agreement)
        post = lifecycle.check(agreement, "keep_draft", by=by)
        text = texts.working(agreement)
        if text is None:
            raise texts.closed()
        if texts.is_unchanged(text):
            raise NotNow(
                _("Nothing was written since %(version)s; there is nothing new to keep.")
                % {"version": text.based_on.label},  # type: ignore[union-attr]
                "§3.2",
                code="nothing_new",
            )
        kept = texts.keep(agreement, by=by, note=note, at=at)
        access.grant(agreement, access.DRAFTED, user=by)
        lifecycle.act(
            agreement,
            "keep_draft",
            actor=by.actor(post),
            on=clock.today(at),
            at=at,
            comment=note.strip(),
            text=kept,
            payload={"text": kept.number},
        )
    return kept


def is_open(agreement: Agreement) -> bool:
    """Tell whether the text may be written: at drafting, and where an app above opens it, while the case goes on."""
    if agreement.standing != Standing.ACTIVE:
        return False
    return bool(agreement.station == Station.DRAFTING or openings.current(agreement) is not None)


def hand_to_head(agreement: Agreement, *, by: User, comment: str = "", at: datetime | None = None) -> None:
    """Put the finished draft on the desk of the unit's head, who submits it; asked for everything the review asks.

    Second caller: the head's to-do is open already, one more line stands in the trail.
    """
    at = at or clock.now()
    with transaction.atomic():
        lifecycle.lock(agreement)
        post = lifecycle.check(agreement, "hand_to_head", by=by, on=clock.today(at))
        lifecycle.act(agreement, "hand_to_head", actor=by.actor(post), on=clock.today(at), at=at, comment=comment)
        duties.open(agreement, "submit", post=post_in(agreement.lead_unit, "unit_head"), by=by, at=at)


def submit(
    agreement: Agreement,
    *,
    by: User,
    on: date | None = None,
    at: datetime | None = None,
    comment: str = "",
) -> Moved:
    """§3.2 → §3.3: freeze the text and submit it for review; the person counts as submitter from here on."""
    moment = at or clock.now()

    def facts(locked: Agreement) -> dict[str, Any]:
        text = texts.freeze(locked, TextVersion.Kind.REVIEW, at=moment)
        access.grant(locked, access.SUBMITTED, user=by)
        return {"text": text.number, "sha256": text.sha256}

    return lifecycle.move(agreement, "submit_for_review", by=by, on=on, at=at, comment=comment, facts=facts)


def recall(agreement: Agreement, *, by: User, reason: str, on: date | None = None, at: datetime | None = None) -> Moved:
    """Take the submission back, one step, while the next has not acted. Raises BadInput without a reason; NotNow once
    somebody has acted since, who is named. Second caller: NotNow, the agreement is a station further back."""
    if not reason.strip():
        raise BadInput(
            _("Say why it is taken back: whoever had it next sees it."),
            "§3.4" if agreement.station == Station.APPROVAL else "§3.3",
        )
    return lifecycle.move(agreement, "recall", by=by, on=on, at=at, comment=reason)


def withdraw(
    agreement: Agreement, *, by: User, reason: str, on: date | None = None, at: datetime | None = None
) -> Moved:
    """The lead unit gives the project up before signing; nothing is deleted."""
    return lifecycle.move(agreement, "withdraw", by=by, on=on, at=at, comment=reason)


# ---------------------------------------------------------------------- duties of the verbs


def enter_drafting(agreement: Agreement, moved: Moved) -> None:
    """Whatever brings an agreement to drafting opens a working text and puts it on the officer's desk."""
    if agreement.station != Station.DRAFTING:
        return
    current = texts.current(agreement)
    if current is None:
        texts.begin(agreement, by=moved.by, at=moved.at)
    elif current.is_frozen:
        texts.carry_forward(current, by=moved.by, at=moved.at)
    duties.close(agreement, but=duties.OF_NO_STATION, by=moved.by, at=moved.at)
    deadlines.close_all(agreement, on=moved.on, because="returned")
    duties.open(
        agreement,
        "draft",
        post=post_in(agreement.lead_unit, "officer"),
        by=moved.by,
        at=moved.at,
        params={"returned": moved.event.comment} if moved.source != "preparation/active" else {},
    )
    if moved.source != "preparation/active" and moved.verb not in TELL_THEMSELVES:
        tell_everyone_who_acted(agreement, "returned", moved)


def leave_drafting(agreement: Agreement, moved: Moved) -> None:
    """A submitted draft leaves the desks of the lead unit and of the units that were still asked."""
    duties.close(agreement, but=duties.OF_NO_STATION, by=moved.by, at=moved.at)
    deadlines.close_all(agreement, on=moved.on, because="submitted")


def stop_everything(agreement: Agreement, moved: Moved) -> None:
    """A withdrawn or ended agreement has no open duty; everyone who acted is told."""
    duties.close(agreement, by=moved.by, at=moved.at, because=moved.verb)
    deadlines.close_all(agreement, on=moved.on, because=moved.verb)
    tell_everyone_who_acted(agreement, "ended", moved)


def tell_everyone_who_acted(agreement: Agreement, code: str, moved: Moved) -> None:
    """Tell every person who has an act in the trail, except the one who acts now."""
    actors = (
        Event.objects.filter(chain=agreement.chain)
        .exclude(actor_id=None)
        .exclude(actor_id=moved.by.pk)
        .values_list("actor_id", flat=True)
        .distinct()
    )
    for user in User.objects.filter(pk__in=actors):
        notices.tell(
            code, agreement=agreement, user=user, who=moved.by.full_name, verb=moved.verb, comment=moved.event.comment
        )
