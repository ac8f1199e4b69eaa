"""Clauses beside those of the framework (§2), and words that were set aside: added, moved, removed, settled."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agreements import contents
from agreements.models import Agreement, Clause, SetAside, TextVersion
from agreements.services import drafting, lifecycle, presence, texts
from core import clock
from core.errors import BadInput, NotNow

MOST_CLAUSES = 99


def add(
    agreement: Agreement, *, heading: str, reason: str, by: User, after: str = "", at: datetime | None = None
) -> Clause:
    """§2: add a clause of the agreement's own, with the reason why the framework does not suffice.

    It stands behind the clause `after`, or at the end. Raises BadInput without heading or reason, or for more
    clauses than a text can number.
    """
    at = at or clock.now()
    heading, reason = heading.strip(), reason.strip()
    if not heading or not reason:
        raise BadInput(_("An added clause has a heading and a reason."), "§2")
    with transaction.atomic():
        post, text = _open(agreement, by=by, at=at)
        rows = list(text.clauses.order_by("order"))
        if len(rows) >= MOST_CLAUSES:
            raise BadInput(_("A text has at most %(most)s clauses.") % {"most": MOST_CLAUSES})
        place = next((place for place, row in enumerate(rows, start=1) if row.lineage == after), len(rows))
        clause = Clause.objects.create(
            text=text, order=place + 1, heading=heading, added_reason=reason, edition=text.edition, saved_by=by
        )
        _renumber([*rows[:place], clause, *rows[place:]])
        lifecycle.act(
            agreement,
            "add_clause",
            actor=by.actor(post),
            on=clock.today(at),
            at=at,
            comment=reason,
            payload={"text": text.number, "heading": heading},
        )
    return clause


def move(agreement: Agreement, lineage: str, *, up: bool, by: User, at: datetime | None = None) -> bool:
    """Move an added clause one place up or down; tell whether it could move.

    Framework clauses keep the order of the article (§2). Raises BadInput for one of them.
    """
    at = at or clock.now()
    with transaction.atomic():
        _post, text = _open(agreement, by=by, at=at)
        rows = list(text.clauses.order_by("order"))
        place = rows.index(_added(rows, lineage))
        other = place - 1 if up else place + 1
        if not 0 <= other < len(rows):
            return False
        rows[place], rows[other] = rows[other], rows[place]
        _renumber(rows)
    return True


def remove(agreement: Agreement, lineage: str, *, by: User, at: datetime | None = None) -> None:
    """Take an added clause out of the working text again; versions that were frozen keep it.

    Raises NotNow while a colleague is writing in it, BadInput for a clause of the framework, which is left out with
    a reason instead. Second caller: BadInput, it is gone.
    """
    at = at or clock.now()
    with transaction.atomic():
        post, text = _open(agreement, by=by, at=at)
        rows = list(text.clauses.order_by("order"))
        clause = _added(rows, lineage)
        for present in presence.others(text, than=by, at=at):
            if present.clause == lineage:
                raise NotNow(
                    _("%(who)s is writing in this clause now.") % {"who": present.user.full_name}, code="present"
                )
        rows.remove(clause)
        clause.delete()
        _renumber(rows)
        lifecycle.act(
            agreement,
            "remove_clause",
            actor=by.actor(post),
            on=clock.today(at),
            at=at,
            payload={"text": text.number, "heading": clause.heading},
        )


def _open(agreement: Agreement, *, by: User, at: datetime) -> tuple[str, TextVersion]:
    """Enter the working text to change the row of its clauses; the change counts as a save."""
    post = drafting.enter(agreement, by=by)
    text = TextVersion.objects.select_for_update().filter(agreement=agreement, frozen_at=None).first()
    if text is None:
        raise texts.closed()
    text.edition += 1
    text.saved_at, text.saved_by = at, by
    text.save(update_fields=["edition", "saved_at", "saved_by"])
    return post, text


def _added(rows: list[Clause], lineage: str) -> Clause:
    clause = next((row for row in rows if row.lineage == lineage), None)
    if clause is None:
        raise BadInput(_("This clause is no longer in the text."), code="no_such_clause")
    if not clause.is_added:
        raise BadInput(
            _("A clause of the framework keeps its place; where it is left out, say why."), "§2", code="framework"
        )
    return clause


def _renumber(rows: list[Clause]) -> None:
    for order, row in enumerate(rows, start=1):
        row.order = order
    Clause.objects.bulk_update(rows, ["order"])


# ---------------------------------------------------------------------- words set aside


def set_aside(text: TextVersion) -> list[SetAside]:
    """Return the words set aside that nobody has settled yet. One query."""
    return list(text.set_aside.filter(outcome=SetAside.Outcome.OPEN).select_related("by"))


def take_over(row: SetAside, *, by: User, at: datetime | None = None) -> None:
    """Put words that were set aside in the place of the clause as it stands now; what stood there is set aside.

    Raises NotNow when they are settled already, or the text is closed.
    """
    at = at or clock.now()
    agreement = row.text.agreement
    with transaction.atomic():
        drafting.enter(agreement, by=by)
        row = _settle(row, SetAside.Outcome.TAKEN, by=by, at=at)
        text = texts.working(agreement)
        if text is None or text.pk != row.text_id:
            raise texts.closed()
        for clause in texts.clauses_with_parts(text, only=[row.lineage]):
            _keep_replaced(clause, by=by, at=at)
        content = contents.from_json(row.lineage, row.content)
        drafting.write(agreement, [content], by=by, edition=text.edition, at=at)


def _keep_replaced(clause: Clause, *, by: User, at: datetime) -> None:
    """Set the words of a clause aside for their writer; where older ones of the same writer wait, as replaced."""
    writer = clause.saved_by or by
    waiting = SetAside.objects.filter(
        text=clause.text_id, lineage=clause.lineage, by=writer, outcome=SetAside.Outcome.OPEN
    ).exists()
    settled = {"outcome": SetAside.Outcome.REPLACED, "settled_by": by, "settled_at": at} if waiting else {}
    SetAside.objects.create(
        text_id=clause.text_id,
        lineage=clause.lineage,
        by=writer,
        at=at,
        content=contents.as_json(contents.of(clause)),
        **settled,
    )


def discard(row: SetAside, *, by: User, at: datetime | None = None) -> None:
    """Leave the clause as it stands; the words set aside are shown no longer. Raises NotNow when they are settled."""
    with transaction.atomic():
        drafting.enter(row.text.agreement, by=by)
        _settle(row, SetAside.Outcome.DISCARDED, by=by, at=at or clock.now())


def _settle(row: SetAside, outcome: str, *, by: User, at: datetime) -> SetAside:
    locked = SetAside.objects.select_for_update().get(pk=row.pk)
    if locked.outcome != SetAside.Outcome.OPEN:
        who = locked.settled_by.full_name if locked.settled_by else ""
        raise NotNow(_("%(who)s has settled these words already.") % {"who": who}, code="already_settled")
    locked.outcome, locked.settled_by, locked.settled_at = outcome, by, at
    locked.save(update_fields=["outcome", "settled_by", "settled_at"])
    return locked
