"""The rounds with the counterpart (§3.2): what was sent, what came back, how long each side had the text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agreements import rules
from agreements.models import Agreement, Attachment, Counterparty, Exchange, Standing, TextVersion
from agreements.services import access, attachments, calendar, drafting, lifecycle, texts
from core import clock
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied
from regulation.vocabulary import EXCHANGE_MEDIA

Direction = Exchange.Direction
LONGEST_NOTE = 300


@dataclass(frozen=True, slots=True)
class Held:
    """An exchange and the stretch it began: who had the text from its day on, until when (None: still), how long.

    `days` are calendar days, `workdays` those on which offices work; the day of handing over is not counted.
    """

    exchange: Exchange
    with_us: bool
    until: date | None
    days: int
    workdays: int
    papers: list[Attachment] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rounds:
    """The exchanges of an agreement in their order, with what each side took in all."""

    lines: list[Held]
    struck: list[Exchange]
    with_us: tuple[int, int]
    """Calendar and working days our side had the text."""
    with_them: tuple[int, int]

    @property
    def now(self) -> Held | None:
        """Return the stretch that runs now; None before the first exchange and once the draft is submitted."""
        return self.lines[-1] if self.lines and self.lines[-1].until is None else None


def may_be_recorded(agreement: Agreement) -> None:
    """Raise NotNow once the draft is submitted: exchanges belong to preparation and drafting, also after a return."""
    if not rules.is_open_for_preparation(agreement):
        raise NotNow(
            _("Exchanges with the counterpart are recorded until the draft is submitted, and again after a return."),
            "§3.2",
            code="exchange_closed",
        )


def record(
    agreement: Agreement,
    *,
    by: User,
    direction: str,
    on: date,
    medium: str,
    text: TextVersion | None = None,
    counterparty: Counterparty | None = None,
    note: str = "",
    paper: File[Any] | None = None,
    at: datetime | None = None,
) -> Exchange:
    """Record that a text went to the counterpart, or came from it, on a day.

    Sent without a version named, the working draft is kept as a version first: what went out never changes. Received,
    `text` is the version of ours that is answered, if any. Raises Refused for anyone but the lead unit's staff;
    BadInput for a day in the future or before the exchange last recorded, for a text or counterparty of another
    agreement, or with nothing to send; NotNow once the draft is submitted.
    """
    at = at or clock.now()
    if direction not in Direction.values or medium not in EXCHANGE_MEDIA:
        raise BadInput(_("Say whether the text was sent or received, and how."), "§3.2")
    with transaction.atomic():
        lifecycle.lock(agreement)
        verdict = rules.may_edit(by, agreement)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        may_be_recorded(agreement)
        last = agreement.exchanges.order_by("-number").first()
        _must_follow(agreement, on, clock.today(at))
        _must_be_of(agreement, text, counterparty)
        if direction == Direction.SENT and text is None:
            text = _keep_what_is_sent(agreement, by=by, note=note, at=at)
        row = Exchange.objects.create(
            agreement=agreement,
            number=last.number + 1 if last else 1,
            direction=direction,
            text=text,
            counterparty=counterparty,
            on=on,
            medium=medium,
            note=note.strip(),
            entered_by=by,
            entered_at=at,
        )
        if paper is not None:
            attachments.attach(agreement, Attachment.Kind.EXCHANGE, paper, by=by, subject_key=row.files_key)
        access.grant(agreement, access.DRAFTED, user=by)
        _tell(row, "record_exchange", by=by, post=verdict.post, at=at, comment=row.note)
    return row


def strike(exchange: Exchange, *, by: User, reason: str, at: datetime | None = None) -> None:
    """Strike the exchange recorded last, when it was entered by mistake; it stays to be read, and counts no more.

    Only the last one, so that the days of the others stay as they are. Raises Refused, BadInput without a reason,
    NotNow for an earlier one or once the draft is submitted. Second caller: NotNow, it is struck already.
    """
    at = at or clock.now()
    agreement = exchange.agreement
    if not reason.strip():
        raise BadInput(_("Say why the entry is taken back."), "§3.2")
    with transaction.atomic():
        lifecycle.lock(agreement)
        verdict = rules.may_edit(by, agreement)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        may_be_recorded(agreement)
        last = _counted(agreement).order_by("-number").first()
        if last is None or last.pk != exchange.pk:
            raise NotNow(_("Only the exchange recorded last is taken back."), "§3.2", code="not_the_last")
        exchange.struck_at, exchange.struck_by, exchange.struck_because = at, by, reason.strip()
        exchange.save(update_fields=["struck_at", "struck_by", "struck_because"])
        _tell(exchange, "strike_exchange", by=by, post=verdict.post, at=at, comment=exchange.struck_because)


def _tell(exchange: Exchange, code: str, *, by: User, post: str, at: datetime, comment: str) -> None:
    text = exchange.text if exchange.direction == Direction.SENT else None
    lifecycle.act(
        exchange.agreement,
        code,
        actor=by.actor(post),
        on=exchange.on if code == "record_exchange" else clock.today(at),
        at=at,
        comment=comment,
        text=text,
        payload={
            "number": exchange.number,
            "direction": exchange.direction,
            "text": exchange.text.number if exchange.text else None,
            "with": exchange.counterparty.name if exchange.counterparty else "",
        },
    )


def _counted(agreement: Agreement) -> Any:
    return agreement.exchanges.filter(struck_at=None)


def _must_follow(agreement: Agreement, on: date, today: date) -> None:
    if on > today:
        raise BadInput(_("The day cannot lie in the future."), "§3.2")
    before = _counted(agreement).order_by("-number").first()
    if before is not None and on < before.on:
        raise BadInput(
            _("The day lies before the exchange recorded last, of %(day)s.") % {"day": before.on.isoformat()}, "§3.2"
        )


def _must_be_of(agreement: Agreement, text: TextVersion | None, counterparty: Counterparty | None) -> None:
    if text is not None and (text.agreement_id != agreement.pk or not text.is_frozen):
        raise BadInput(_("The form names a version that is not a kept one of this agreement."))
    if counterparty is not None and not agreement.parties.filter(counterparty=counterparty).exists():
        raise BadInput(_("The form names a counterparty that is not of this agreement."))


def _keep_what_is_sent(agreement: Agreement, *, by: User, note: str, at: datetime) -> TextVersion:
    """Return the version that goes out: the draft, kept now, or the version it still says word for word."""
    working = texts.working(agreement)
    if working is None:
        raise BadInput(_("There is no draft to send yet."), "§3.2")
    if working.based_on is not None and texts.is_unchanged(working):
        return working.based_on
    return drafting.keep(agreement, by=by, note=note[:LONGEST_NOTE], at=at)


# ---------------------------------------------------------------------- who has had it how long


def rounds(agreement: Agreement, *, on: date | None = None) -> Rounds:
    """Return the exchanges with the days each side had the text; the last stretch runs until today.

    Once the draft is submitted the last stretch ends with the submission. Six queries, however many exchanges.
    """
    people = ("entered_by", "struck_by")
    named = agreement.exchanges.select_related("text", "counterparty", *people).prefetch_related("text__marks")
    rows = list(named)
    counted = [row for row in rows if row.struck_at is None]
    closed_on = None if rules.is_open_for_preparation(agreement) or not counted else _submitted_on(agreement)
    lines = _lines(counted, on or clock.today(), closed_on, _papers(agreement, counted))
    return Rounds(
        lines,
        [row for row in rows if row.struck_at is not None],
        _sum(line for line in lines if line.with_us),
        _sum(line for line in lines if not line.with_us),
    )


def _lines(
    rows: Sequence[Exchange], today: date, closed_on: date | None, papers: dict[str, list[Attachment]]
) -> list[Held]:
    found = []
    for row, after in zip_longest(rows, rows[1:]):
        until = after.on if after else closed_on
        end = max(row.on, until or today)
        found.append(
            Held(
                row,
                row.direction == Direction.RECEIVED,
                until,
                (end - row.on).days,
                calendar.until(row.on, end),
                papers.get(row.files_key, []),
            )
        )
    return found


def _papers(agreement: Agreement, rows: Sequence[Exchange]) -> dict[str, list[Attachment]]:
    found: dict[str, list[Attachment]] = {}
    if rows:
        for paper in agreement.attachments.filter(kind=Attachment.Kind.EXCHANGE):
            found.setdefault(paper.subject_key, []).append(paper)
    return found


def _submitted_on(agreement: Agreement) -> date | None:
    """Return the day the draft left the desk: that of the newest version for review, or of the end of the case."""
    if agreement.standing in (Standing.WITHDRAWN, Standing.TERMINATED) and agreement.ended_on:
        return agreement.ended_on
    text = agreement.texts.filter(kind=TextVersion.Kind.REVIEW).order_by("-number").first()
    return timezone.localtime(text.frozen_at).date() if text and text.frozen_at else None


def _sum(lines: Iterable[Held]) -> tuple[int, int]:
    counted = list(lines)
    return sum(line.days for line in counted), sum(line.workdays for line in counted)
