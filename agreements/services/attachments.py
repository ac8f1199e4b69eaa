"""Papers brought to an agreement: the bytes are stored and inspected first, then the row names them."""

from __future__ import annotations

from typing import Any

from django.core.files import File
from django.db import transaction

from accounts.models import User
from agreements.models import Agreement, Attachment
from core import clock
from records import files


def attach(agreement: Agreement, kind: str, uploaded: File[Any], *, by: User, subject_key: str = "") -> Attachment:
    """Store an uploaded file as a paper of an agreement; `subject_key` names what it belongs to (`signing`, `task:7`).

    The service whose act the paper belongs to has asked the right and records the event. Raises BadInput, naming the
    file and the rule, for a file that is not taken (see `records.files.store`); then nothing is kept. The same bytes
    twice are stored once and named twice.
    """
    name = files.clean_name(uploaded.name or "")
    with transaction.atomic():
        return Attachment.objects.create(
            agreement=agreement,
            kind=kind,
            subject_key=subject_key,
            name=name,
            file=files.store(uploaded, name=name),
            added_by=by,
            added_at=clock.now(),
        )
