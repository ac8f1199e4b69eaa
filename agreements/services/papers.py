"""Papers the product prints for an agreement, made from stored facts and kept with them (decision 13)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from agreements.models import Agreement, PrintedDocument
from agreements.services import lifecycle
from core import clock, printing
from core.verdicts import Wording
from records import files

_names: dict[str, Wording] = {}


def register(kind: str, name: Wording) -> None:
    """Say how papers of a kind are called on screen."""
    _names[kind] = name


def name_of(printed: PrintedDocument) -> str:
    """Return what a printed paper is called, in the reader's language."""
    return str(_names.get(printed.kind, printed.kind))


def make(
    agreement: Agreement,
    kind: str,
    *,
    template: str,
    context: Mapping[str, Any],
    template_version: str,
    by: User | None,
    subject_key: str = "",
) -> PrintedDocument:
    """Print a paper of an agreement: bytes first, row second; its HTML and hash stay with it.

    The caller has asked whether the person may. `context` holds stored facts only. Second caller with the same facts
    and template: the paper that is there. Raises NotNow where this machine cannot print (see `core.printing.pdf`).
    """
    html = printing.html(template, context)
    digest = hashlib.sha256(html.encode()).hexdigest()
    same = PrintedDocument.objects.filter(
        agreement=agreement,
        kind=kind,
        subject_key=subject_key,
        template_version=template_version,
        html_sha256=digest,
    )
    if found := same.first():
        return found
    content = printing.pdf(html)
    with transaction.atomic():
        lifecycle.lock(agreement)
        if found := same.first():
            return found
        return PrintedDocument.objects.create(
            agreement=agreement,
            kind=kind,
            subject_key=subject_key,
            template_version=template_version,
            html=html,
            html_sha256=digest,
            file=files.store_bytes(content, extension="pdf"),
            made_at=clock.now(),
            made_by=by,
        )
