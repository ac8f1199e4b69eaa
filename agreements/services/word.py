"""Word texts that come in (§3.2): kept as they came, taken over into a new working text, or left aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agreements import rules
from agreements.models import Agreement, Attachment, Clause, IncomingText, TextVersion
from agreements.services import access, attachments, drafting, lifecycle, texts
from agreements.services.texts import ClauseContent
from core import clock, docx
from core.docx.model import Document
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied
from records import files, inspection

ARTICLE = "§3.2"


@dataclass(frozen=True, slots=True)
class AddedClause:
    """A clause that comes with the upload and is none of the framework, with the reason for it (§2)."""

    heading: str
    prose: str
    reason: str
    after: str = ""
    """The lineage of the clause it stands behind; blank for the beginning."""


@dataclass(frozen=True, slots=True)
class Result:
    """What was confirmed: the contents of clauses, new headings and clauses, added clauses that fall away."""

    contents: Sequence[ClauseContent]
    headings: Mapping[str, str] = field(default_factory=dict)
    added: Sequence[AddedClause] = ()
    removed: Sequence[str] = ()


def mark_of(text: TextVersion) -> str:
    """Return the state of the working text that an upload is matched against."""
    return f"{text.number}.{text.edition}"


def receive(
    agreement: Agreement,
    uploaded: File[Any],
    *,
    origin: str,
    received_on: date,
    note: str = "",
    by: User,
    at: datetime | None = None,
) -> IncomingText:
    """Keep a revised text that came as a Word file; the draft itself is not touched yet.

    Raises Refused for anyone but the lead unit's staff, NotNow where the text is not open for writing, BadInput for
    a day in the future and, naming the file and the rule, for a file that is no readable .docx (old .doc, encrypted,
    with macros, damaged, too large): then nothing is stored. The same file twice is two rows with one stored file.
    """
    at = at or clock.now()
    with transaction.atomic():
        post = _enter(agreement, by=by)
        if received_on > clock.today(at):
            raise BadInput(_("The day of receipt lies in the future."), ARTICLE)
        check(uploaded)
        attached = attachments.attach(agreement, Attachment.Kind.WORD, uploaded, by=by)
        incoming = IncomingText.objects.create(
            agreement=agreement,
            attachment=attached,
            origin=origin,
            received_on=received_on,
            note=note.strip(),
            received_by=by,
            received_at=at,
        )
        lifecycle.act(
            agreement,
            "receive_word",
            actor=by.actor(post),
            on=received_on,
            at=at,
            comment=incoming.note,
            payload={"file": attached.name, "origin": origin},
        )
    return incoming


def check(uploaded: File[Any]) -> None:
    """Refuse what cannot be read as a Word text, naming the file and the rule; reads the file, stores nothing."""
    name = files.clean_name(uploaded.name or "")
    size = uploaded.size or 0
    if size > settings.UPLOAD_LIMIT_BYTES:
        raise inspection.refuse_size(name, settings.UPLOAD_LIMIT_BYTES)
    stream = cast("BinaryIO", uploaded.file)
    kind = inspection.inspect(stream, size, name)
    if kind.extension != "docx":
        raise _refused(name, _("only a .docx can be read back into the draft. Save it as .docx and choose that file."))
    try:
        docx.read(stream)
    except BadInput as error:
        raise _refused(name, str(error.reason)) from error


def _refused(name: str, rule: str) -> BadInput:
    reason = _("“%(name)s” was not stored: %(rule)s") % {"name": name, "rule": rule}
    return BadInput(reason, code="word_unreadable", next_step=_("The draft stands as it is."))


def read(incoming: IncomingText) -> Document:
    """Return what the file of an incoming text holds. Raises NotNow where its bytes cannot be read."""
    with files.open_stored(incoming.attachment.file) as stream:
        return docx.read(stream)


def take_over(
    incoming: IncomingText, result: Result, *, matched: str, by: User, at: datetime | None = None
) -> TextVersion:
    """Make what was confirmed the new working text, with the origin of the upload; return it.

    The draft as it stood is kept as a numbered version first, when anything was written in it. `matched` is the state
    of the working text (`mark_of`) the person looked at. Raises Refused for anyone but the lead unit's staff; NotNow
    where the text is closed, where somebody saved it since, and for the second caller, told who settled it; BadInput
    for a clause that is not in the text, a heading too long or an added clause without reason.
    """
    at = at or clock.now()
    agreement = incoming.agreement
    with transaction.atomic():
        post = _enter(agreement, by=by)
        incoming = _lock(incoming)
        text = _matched(agreement, matched)
        if (text.edition or text.based_on_id) and not texts.is_unchanged(text):
            texts.keep(agreement, by=by, note=_kept_note(incoming), at=at)
            text = _working(agreement)
        texts.save(agreement, result.contents, by=by, edition=text.edition, at=at)
        text = _working(agreement)
        text.edition += 1
        _arrange(text, result, by=by)
        text.origin, text.note = incoming.origin, incoming.note
        text.saved_at, text.saved_by = at, by
        text.save(update_fields=["origin", "note", "edition", "saved_at", "saved_by"])
        access.grant(agreement, access.DRAFTED, user=by)
        _settle(incoming, IncomingText.Outcome.TAKEN, text, by=by, at=at)
        lifecycle.act(
            agreement,
            "take_over_word",
            actor=by.actor(post),
            on=clock.today(at),
            at=at,
            payload={"file": incoming.attachment.name, "origin": incoming.origin, "text": text.number},
        )
    return text


def discard(incoming: IncomingText, *, by: User, at: datetime | None = None) -> None:
    """Leave an incoming text aside: file and row stay, the draft is not touched.

    Raises Refused for anyone but the lead unit's staff, NotNow where drafting is closed, and for the second caller.
    """
    at = at or clock.now()
    agreement = incoming.agreement
    with transaction.atomic():
        post = _enter(agreement, by=by)
        incoming = _lock(incoming)
        _settle(incoming, IncomingText.Outcome.DISCARDED, None, by=by, at=at)
        lifecycle.act(
            agreement,
            "discard_word",
            actor=by.actor(post),
            on=clock.today(at),
            at=at,
            payload={"file": incoming.attachment.name},
        )


# ---------------------------------------------------------------------- the steps


def _enter(agreement: Agreement, *, by: User) -> str:
    lifecycle.lock(agreement)
    verdict = rules.may_edit(by, agreement)
    if isinstance(verdict, Denied):
        raise Refused.because(verdict)
    if not drafting.is_open(agreement):
        raise texts.closed()
    return verdict.post


def _lock(incoming: IncomingText) -> IncomingText:
    locked = (
        IncomingText.objects.select_for_update(of=("self",))
        .select_related("attachment", "settled_by")
        .get(pk=incoming.pk)
    )
    if not locked.is_open:
        raise settled(locked)
    return locked


def settled(incoming: IncomingText) -> NotNow:
    """Return the error for an incoming text that was taken over or left aside already."""
    who = incoming.settled_by.full_name if incoming.settled_by else ""
    return NotNow(
        _("%(who)s settled this file already: %(outcome)s.") % {"who": who, "outcome": incoming.get_outcome_display()},
        ARTICLE,
        code="already_settled",
    )


def _working(agreement: Agreement) -> TextVersion:
    text = TextVersion.objects.select_for_update().filter(agreement=agreement, frozen_at=None).first()
    if text is None:
        raise texts.closed()
    return text


def _matched(agreement: Agreement, matched: str) -> TextVersion:
    text = _working(agreement)
    if mark_of(text) != matched:
        raise saved_meanwhile(text)
    return text


def saved_meanwhile(text: TextVersion) -> NotNow:
    """Return the error for an upload that was matched against a draft somebody has saved since."""
    who = text.saved_by.full_name if text.saved_by else ""
    return NotNow(
        _("%(who)s saved the draft in the meantime.") % {"who": who},
        code="saved_meanwhile",
        next_step=_("The file is matched anew to the draft as it stands; look through it and confirm."),
    )


def _kept_note(incoming: IncomingText) -> str:
    return str(_("Before “%(file)s” was taken over") % {"file": incoming.attachment.name})[:300]


def _arrange(text: TextVersion, result: Result, *, by: User) -> None:
    """Give clauses their new headings, put added clauses in their places, take away those that fell away."""
    rows = list(text.clauses.order_by("order"))
    known = {row.lineage: row for row in rows}
    longest = Clause._meta.get_field("heading").max_length or 0
    for lineage, heading in result.headings.items():
        row = _named(known, lineage)
        row.heading, row.edition, row.saved_by = _short(heading, longest), text.edition, by
    for lineage in result.removed:
        row = _named(known, lineage)
        if row.code:
            raise BadInput(_("A clause of the framework is left out with a reason, not removed."), "§2")
        row.delete()
        rows.remove(row)
    last: dict[str, Clause] = {}
    for added in result.added:
        if not added.reason.strip():
            raise BadInput(_("An added clause needs a reason."), "§2")
        behind = last.get(added.after) or known.get(added.after)
        made = Clause(
            text=text,
            order=0,
            heading=_short(added.heading, longest),
            prose=added.prose,
            added_reason=added.reason.strip(),
            edition=text.edition,
            saved_by=by,
        )
        rows.insert(rows.index(behind) + 1 if behind in rows else 0, made)
        last[added.after] = made
    for order, row in enumerate(rows, start=1):
        row.order = order
        row.save()


def _named(known: Mapping[str, Clause], lineage: str) -> Clause:
    if lineage not in known:
        raise BadInput(_("The form names a clause that is not in this text."))
    return known[lineage]


def _short(heading: str, longest: int) -> str:
    heading = heading.strip()
    if not heading or len(heading) > longest:
        raise BadInput(_("A heading has between 1 and %(longest)s characters.") % {"longest": longest})
    return heading


def _settle(incoming: IncomingText, outcome: str, text: TextVersion | None, *, by: User, at: datetime) -> None:
    incoming.outcome, incoming.text = outcome, text
    incoming.settled_by, incoming.settled_at = by, at
    incoming.save(update_fields=["outcome", "text", "settled_by", "settled_at"])
