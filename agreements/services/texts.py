"""The text: begun from the category's clauses, saved, frozen, carried forward (data model, decision 6)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agreements import contents as content_of
from agreements.contents import ClauseContent, PartContent
from agreements.models import PART_MODELS, Agreement, Clause, Part, SetAside, TextMark, TextVersion
from agreements.services import screening
from core import clock
from core.errors import BadInput, NotNow
from core.identifiers import new_public_id

__all__ = ["ClauseContent", "PartContent"]


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save did: the text, the clauses that were written, and the words that were set aside beside theirs."""

    text: TextVersion
    written: list[str] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)


def current(agreement: Agreement) -> TextVersion | None:
    """Return the newest version, frozen or not; None before drafting."""
    return agreement.texts.order_by("-number").first()


def working(agreement: Agreement) -> TextVersion | None:
    """Return the working text, the one version that may change; None while the text is under review or later."""
    if agreement.written is None:
        return agreement.texts.filter(frozen_at=None).first()
    if "text" not in agreement.written:
        agreement.written["text"] = agreement.texts.filter(frozen_at=None).first()
    found: TextVersion | None = agreement.written["text"]
    return found


@contextmanager
def read_once(agreement: Agreement) -> Iterator[None]:
    """Within it the working text of an agreement is read once with its clauses and parts, whoever asks for it: around
    questions that write nothing, such as what is missing for every verb that lies ahead."""
    agreement.written = {}
    try:
        yield
    finally:
        agreement.written = None


def begin(agreement: Agreement, *, by: User, at: datetime) -> TextVersion:
    """Open the first working text with the framework clauses of the category, in the order of its article (§2)."""
    text = TextVersion.objects.create(agreement=agreement, number=1, saved_at=at, saved_by=by)
    Clause.objects.bulk_create(
        Clause(text=text, code=clause["code"], order=order, heading=clause["heading"]["zh"])
        for order, clause in enumerate(agreement.edition.clauses, start=1)
    )
    return text


def clauses_with_parts(text: TextVersion, only: Iterable[str] | None = None) -> list[Clause]:
    """Return the clauses in order, each with `parts`: its structured parts by code.

    `only` names lineages where not all are needed. One query for the clauses and one for each kind of part, however
    long the text.
    """
    kept = text.agreement.written if "agreement" in text._state.fields_cache else None
    if only is None and kept and kept.get("text") is text:
        if "clauses" not in kept:
            kept["clauses"] = _read_with_parts(text, None)
        found: list[Clause] = kept["clauses"]
        return found
    return _read_with_parts(text, only)


def _read_with_parts(text: TextVersion, only: Iterable[str] | None) -> list[Clause]:
    chosen = text.clauses.order_by("order")
    clauses = list(chosen if only is None else chosen.filter(lineage__in=list(only)))
    by_id = {clause.pk: clause for clause in clauses}
    for clause in clauses:
        clause.parts = {code: [] for code in PART_MODELS}
    for code, model in PART_MODELS.items():
        rows = model._default_manager.filter(clause__text=text).order_by("order", "pk")
        if only is not None:
            rows = rows.filter(clause__in=list(by_id))
        if any(field.name == "unit" for field in model._meta.fields):
            rows = rows.select_related("unit")  # type: ignore[misc]
        for part in rows:
            by_id[part.clause_id].parts[code].append(part)
    return clauses


def canonical(text: TextVersion, clauses: Sequence[Clause] | None = None) -> str:
    """Return the content of a version in the one form that is hashed: JSON with sorted keys.

    `clauses` are those of the version with their parts, where they have been read already.
    """
    body = [
        {
            "lineage": clause.lineage,
            "code": clause.code,
            "order": clause.order,
            "heading": clause.heading,
            "prose": clause.prose,
            "omission_reason": clause.omission_reason,
            **({"added_reason": clause.added_reason} if clause.added_reason else {}),
            "parts": [
                {"code": code, "lineage": part.lineage, "order": part.order, **_stated(part)}
                for code, parts in sorted(clause.parts.items())
                for part in parts
            ],
        }
        for clause in (clauses_with_parts(text) if clauses is None else clauses)
    ]
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), cls=DjangoJSONEncoder)


def _stated(part: Part) -> dict[str, Any]:
    """Return the facts of a part that are hashed: all, but of those that came later only what is filled in."""
    return {name: value for name, value in part.facts().items() if value or name not in part.LATER}


def digest(canonical_text: str) -> str:
    """Return the SHA-256 of a canonical text, the number an approval is bound to."""
    return hashlib.sha256(canonical_text.encode()).hexdigest()


def save(
    agreement: Agreement,
    contents: Sequence[ClauseContent],
    *,
    by: User,
    edition: int,
    origin: str = "",
    at: datetime | None = None,
) -> Saved:
    """Save what was typed into the working text, clause by clause.

    `edition` is the save the writer started from, for clauses that name none of their own. A clause that somebody
    else wrote since is not overwritten: what was typed is set aside beside it, renewed by later saves of the same
    writer. A clause the writer did not touch, or that reads the same, is left alone; so the second caller with the
    same words changes nothing. `origin` tells who drafted the text, blank leaves it. Raises NotNow when the text is
    no longer a working text, BadInput for a clause that is not in the text. Writes in sets: one read and at most
    three writes for each kind of part, however many clauses.
    """
    at = at or clock.now()
    with transaction.atomic():
        text = TextVersion.objects.select_for_update().filter(agreement=agreement, frozen_at=None).first()
        if text is None:
            raise closed()
        typed = {content.lineage: content for content in contents}
        clauses = {clause.lineage: clause for clause in clauses_with_parts(text, only=typed)} if typed else {}
        if typed.keys() - clauses.keys():
            raise BadInput(_("The form names a clause that is not in this text."), code="no_such_clause")
        saved = Saved(text)
        changed: list[tuple[Clause, ClauseContent]] = []
        for lineage, content in typed.items():
            clause, now = clauses[lineage], content_of.mark(content)
            if now in (content.base, content_of.mark(content_of.of(clause))):
                continue
            if clause.edition > (edition if content.edition is None else content.edition):
                saved.set_aside.append(_set_aside(text, content, by=by, at=at))
            else:
                changed.append((clause, content))
        if changed or (origin and origin != text.origin):
            text.edition += 1
            text.saved_at, text.saved_by, text.origin = at, by, origin or text.origin
            text.save(update_fields=["edition", "saved_at", "saved_by", "origin"])
            _write(text, changed, by=by)
            saved.written.extend(clause.lineage for clause, _content in changed)
    return saved


def _set_aside(text: TextVersion, content: ClauseContent, *, by: User, at: datetime) -> SetAside:
    row, _new = SetAside.objects.update_or_create(
        text=text,
        lineage=content.lineage,
        by=by,
        outcome=SetAside.Outcome.OPEN,
        defaults={"content": content_of.as_json(content), "at": at},
    )
    return row


def _write(text: TextVersion, changed: Sequence[tuple[Clause, ClauseContent]], *, by: User) -> None:
    for clause, content in changed:
        clause.prose = content_of.one_line_ends(content.prose)
        clause.omission_reason = content_of.one_line_ends(content.omission_reason)
        if clause.is_added:
            clause.heading = content.heading or clause.heading
            clause.added_reason = content.added_reason or clause.added_reason
        clause.edition, clause.saved_by = text.edition, by
    fields = ["prose", "omission_reason", "heading", "added_reason", "edition", "saved_by"]
    Clause.objects.bulk_update([clause for clause, _content in changed], fields)
    for code, model in PART_MODELS.items():
        _write_parts(model, [(clause, content_of.given(content.parts, code)) for clause, content in changed])


def _write_parts(model: type[Part], typed: Sequence[tuple[Clause, Sequence[PartContent]]]) -> None:
    """Write the parts of one kind as typed: known lineages are kept, missing ones go, new ones come."""
    new: list[Part] = []
    differing: list[Part] = []
    gone: list[int] = []
    for clause, contents in typed:
        known = {part.lineage: part for part in clause.parts[model.CODE]}
        for order, content in enumerate(contents, start=1):
            part = known.pop(content.lineage, None)
            if part is None:
                part = model(clause=clause, lineage=new_public_id())
                new.append(part)
                _fill(part, content, order)
            elif _fill(part, content, order):
                differing.append(part)
        gone.extend(part.pk for part in known.values())
    rows = model._default_manager
    if gone:
        rows.filter(pk__in=gone).delete()
    if differing:
        rows.bulk_update(differing, [*model.FACTS, "order"])
    if new:
        rows.bulk_create(new)


def _fill(part: Part, content: PartContent, order: int) -> bool:
    """Give a part its typed facts and its place; tell whether anything differs from before."""
    facts = {part._meta.get_field(name).attname: value for name, value in content.facts.items()}  # type: ignore[union-attr]
    facts["order"] = order
    differs = any(getattr(part, name) != value for name, value in facts.items())
    for name, value in facts.items():
        setattr(part, name, one_line(value))
    return differs


def one_line(value: Any) -> Any:
    """Return a typed fact with the line ends of the database; a number or a day as it is."""
    return content_of.one_line_ends(value) if isinstance(value, str) else value


def closed() -> NotNow:
    """Return the error for writing into a text that is not a working text now."""
    return NotNow(
        _("The text is not open for writing."),
        "§3.3",
        code="text_frozen",
        next_step=_("It can be changed when it comes back to drafting."),
    )


def freeze(agreement: Agreement, kind: str, *, at: datetime, note: str = "") -> TextVersion:
    """Close the working text for good: canonical form, hash and what screening finds (§1.2) are kept.

    `note` says what is new in it.

    Raises NotNow when there is no working text. From here on the database refuses every change of the row.
    """
    text = TextVersion.objects.select_for_update().filter(agreement=agreement, frozen_at=None).first()
    if text is None:
        raise NotNow(_("There is no working text."), "§3.2", code="no_working_text")
    clauses = clauses_with_parts(text)
    text.kind = kind
    text.note = note.strip() or text.note
    text.canonical = canonical(text, clauses)
    text.sha256 = digest(text.canonical)
    text.frozen_at = at
    text.save(update_fields=["kind", "note", "canonical", "sha256", "frozen_at"])
    screening.record(text, clauses, at=at)
    return text


def keep(agreement: Agreement, *, by: User, note: str, at: datetime | None = None) -> TextVersion:
    """Keep the working text as a numbered version and go on in a copy; return the version that was kept.

    The caller holds the lock, has asked right and time, and records the event (`drafting.keep` does all of it).
    Raises NotNow when there is no working text.
    """
    at = at or clock.now()
    with transaction.atomic():
        text = freeze(agreement, TextVersion.Kind.KEPT, at=at, note=note)
        carry_forward(text, by=by, at=at)
    return text


def is_unchanged(text: TextVersion) -> bool:
    """Tell whether a working text still says, word for word, what the version it was copied from says."""
    return text.based_on is not None and digest(canonical(text)) == text.based_on.sha256


def mark(text: TextVersion, kind: str, *, on: date, by: User, at: datetime) -> TextMark:
    """Mark a frozen version as the one that was approved or signed (§3.4, §3.5): a mark on it, never a copy.

    Called by the services of approval and signing, inside their transaction. Second caller: the mark that is there.
    Raises NotNow for a text that may still change.
    """
    if not text.is_frozen:
        raise NotNow(_("Only a text that can no longer change is approved or signed."), "§3.4", code="not_frozen")
    found, _made = TextMark.objects.get_or_create(text=text, kind=kind, defaults={"on": on, "by": by, "at": at})
    return found


def carry_forward(text: TextVersion, *, by: User, at: datetime) -> TextVersion:
    """Open the next working text as a copy that keeps every lineage; words set aside go along.

    Its saves are counted on from the version's, clause by clause: a page that was open on the version overwrites
    nothing that was written since, be it before the copy or after.

    Second caller: the working text that is already open.
    """
    if existing := working(text.agreement):
        return existing
    copy = TextVersion.objects.create(
        agreement=text.agreement,
        number=text.number + 1,
        edition=text.edition,
        origin=text.origin,
        based_on=text,
        saved_at=at,
        saved_by=by,
    )
    clauses = clauses_with_parts(text)
    for clause in clauses:
        clause.pk = None
        clause._state.adding = True
        clause.text = copy
    Clause.objects.bulk_create(clauses)
    for code, model in PART_MODELS.items():
        rows = [row for clause in clauses for row in clause.parts[code]]
        for clause in clauses:
            for row in clause.parts[code]:
                row.pk = None
                row._state.adding = True
                row.clause = clause
        model._default_manager.bulk_create(rows)
    text.set_aside.filter(outcome=SetAside.Outcome.OPEN).update(text=copy)
    return copy
