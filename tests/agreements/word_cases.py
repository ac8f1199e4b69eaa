"""A draft, its Word file, and what comes back."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from agreements.forms.text import TextForm
from agreements.forms.word import ConfirmForm
from agreements.models import Agreement, IncomingText, TextVersion
from agreements.services import texts, word
from agreements.word import export, plan
from agreements.word.plan import Choices, Plan
from core import clock, docx
from tests.factories import fresh, make_agreement, organisation, write_text
from tests.word_files import docx as package

NAME = "修改稿.docx"


def drafted(org: Any) -> Agreement:
    agreement = make_agreement(org, at_station="drafting")
    write_text(agreement, by=org.staff)
    return agreement


def working(agreement: Agreement) -> TextVersion:
    text = texts.working(agreement)
    assert text is not None
    return text


def exported(agreement: Agreement) -> bytes:
    return export.export(working(agreement))


def matched(agreement: Agreement, content: bytes, choices: Choices | None = None) -> Plan:
    return plan.make(docx.read(io.BytesIO(content)), TextForm(agreement, working(agreement)), choices)


def by_hand(agreement: Agreement, body: str, parts: dict[str, str] | None = None) -> Plan:
    return matched(agreement, package(body, parts))


def uploaded(content: bytes, name: str = NAME) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def received(agreement: Agreement, org: Any, content: bytes, origin: str = "theirs") -> IncomingText:
    return word.receive(
        agreement, uploaded(content), origin=origin, received_on=clock.today(), note="对方修改", by=fresh(org.staff)
    )


def confirmed(agreement: Agreement, found: Plan, data: dict[str, Any] | None = None) -> ConfirmForm:
    """The page as it is sent after a look at what the choices lead to."""
    mark = word.mark_of(working(agreement))
    shown = ConfirmForm(found, mark)
    form = ConfirmForm(found, mark, {"matched": mark, "seen": shown.seen, **(data or {})})
    assert form.is_valid(), form.errors
    return form


def untouched(found: Plan) -> list[str]:
    """The headings of clauses that the file would change."""
    return [entry.clause.heading for entry in found.clauses if entry.is_changed or entry.is_missing]


__all__ = ["organisation"]
