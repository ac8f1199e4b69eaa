"""The text: begun from the category's clauses, saved, frozen, carried forward (data model, decision 6)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.models import PART_MODELS, Agreement, Clause, Part, TextVersion
from core import clock
from core.errors import BadInput, NotNow
from core.identifiers import new_public_id


@dataclass(frozen=True, slots=True)
class PartContent:
    """A structured part as it was typed: its lineage (blank for a new one) and its facts."""

    code: str
    facts: Mapping[str, Any]
    lineage: str = ""


@dataclass(frozen=True, slots=True)
class ClauseContent:
    """A clause as it was typed."""

    lineage: str
    prose: str
    omission_reason: str = ""
    parts: Sequence[PartContent] = field(default_factory=tuple)


def current(agreement: Agreement) -> TextVersion | None:
    """Return the newest version, frozen or not; None before drafting."""
    return agreement.texts.order_by("-number").first()


def working(agreement: Agreement) -> TextVersion | None:
    """Return the working text, the one version that may change; None while the text is under review or later."""
    return agreement.texts.filter(frozen_at=None).first()


def begin(agreement: Agreement, *, by: User, at: datetime) -> TextVersion:
    """Open the first working text with the framework clauses of the category, in the order of its article (§2)."""
    text = TextVersion.objects.create(agreement=agreement, number=1, saved_at=at, saved_by=by)
    Clause.objects.bulk_create(
        Clause(text=text, code=clause["code"], order=order, heading=clause["heading"]["zh"])
        for order, clause in enumerate(agreement.edition.clauses, start=1)
    )
    return text


def clauses_with_parts(text: TextVersion) -> list[Clause]:
    """Return the clauses in order, each with `parts`: its structured parts by code. Ten queries, however long."""
    clauses = list(text.clauses.order_by("order"))
    by_id = {clause.pk: clause for clause in clauses}
    for clause in clauses:
        clause.parts = {code: [] for code in PART_MODELS}
    for code, model in PART_MODELS.items():
        rows = model._default_manager.filter(clause__text=text).order_by("order", "pk")
        if any(field.name == "unit" for field in model._meta.fields):
            rows = rows.select_related("unit")  # type: ignore[misc]
        for part in rows:
            by_id[part.clause_id].parts[code].append(part)
    return clauses


def canonical(text: TextVersion) -> str:
    """Return the content of a version in the one form that is hashed: JSON with sorted keys."""
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
        for clause in clauses_with_parts(text)
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
    at: datetime | None = None,
) -> TextVersion:
    """Save what was typed into the working text.

    `edition` is the save the writer started from. Raises NotNow when the text is no longer a working text, or when
    somebody else has saved since: nothing is overwritten, and the writer is told who and when. Raises BadInput for
    a clause that is not in the text.
    """
    at = at or clock.now()
    with transaction.atomic():
        text = TextVersion.objects.select_for_update().filter(agreement=agreement, frozen_at=None).first()
        if text is None:
            raise closed()
        if text.edition != edition:
            who = text.saved_by.full_name if text.saved_by else ""
            raise NotNow(
                _("%(who)s saved this text in the meantime. Nothing of yours was saved over it.") % {"who": who},
                code="saved_meanwhile",
                next_step=_("Keep your words, open the text again, and enter them into the newer text."),
            )
        clauses = {clause.lineage: clause for clause in text.clauses.all()}
        for content in contents:
            clause = clauses.get(content.lineage)
            if clause is None:
                raise BadInput(_("The form names a clause that is not in this text."))
            clause.prose = content.prose
            clause.omission_reason = content.omission_reason
            clause.save(update_fields=["prose", "omission_reason"])
            _save_parts(clause, content.parts)
        text.edition += 1
        text.saved_at, text.saved_by = at, by
        text.save(update_fields=["edition", "saved_at", "saved_by"])
    return text


def closed() -> NotNow:
    """Return the error for writing into a text that is not a working text now."""
    return NotNow(
        _("The text is not open for writing."),
        "§3.3",
        code="text_frozen",
        next_step=_("It can be changed when it comes back to drafting."),
    )


def _save_parts(clause: Clause, contents: Sequence[PartContent]) -> None:
    """Write the parts of a clause as typed: known lineages are kept, missing ones go, new ones come."""
    for code, model in PART_MODELS.items():
        typed = [content for content in contents if content.code == code]
        known = {part.lineage: part for part in model._default_manager.filter(clause=clause)}
        kept: set[str] = set()
        for order, content in enumerate(typed, start=1):
            part = known.get(content.lineage) or model(clause=clause, lineage=new_public_id())
            part.order = order
            for name, value in content.facts.items():
                setattr(part, model._meta.get_field(name).attname, value)  # type: ignore[union-attr]
            part.save()
            kept.add(part.lineage)
        model._default_manager.filter(clause=clause).exclude(lineage__in=kept).delete()


def freeze(agreement: Agreement, kind: str, *, at: datetime) -> TextVersion:
    """Close the working text for good: canonical form and hash are kept. Raises NotNow when there is none."""
    text = TextVersion.objects.select_for_update().filter(agreement=agreement, frozen_at=None).first()
    if text is None:
        raise NotNow(_("There is no working text."), "§3.2", code="no_working_text")
    text.kind = kind
    text.canonical = canonical(text)
    text.sha256 = digest(text.canonical)
    text.frozen_at = at
    text.save(update_fields=["kind", "canonical", "sha256", "frozen_at"])
    return text


def carry_forward(text: TextVersion, *, by: User, at: datetime) -> TextVersion:
    """Open the next working text as a copy that keeps every lineage.

    Second caller: the working text that is already open.
    """
    if existing := working(text.agreement):
        return existing
    copy = TextVersion.objects.create(
        agreement=text.agreement, number=text.number + 1, based_on=text, saved_at=at, saved_by=by
    )
    for clause in clauses_with_parts(text):
        parts = clause.parts
        clause.pk = None
        clause._state.adding = True
        clause.text = copy
        clause.save()
        for code, rows in parts.items():
            for row in rows:
                row.pk = None
                row._state.adding = True
                row.clause = clause
            PART_MODELS[code]._default_manager.bulk_create(rows)
    return copy
