"""Signed papers brought to the archive: pictures or fixed pages of what was signed, never a text one can still edit."""

from __future__ import annotations

from typing import Any

from django.core.files import File
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.models import Agreement, Attachment, TextVersion
from agreements.services import attachments
from archive.models import Signing
from core.errors import BadInput

FIXED = ("pdf", "ofd", "tif", "jpg", "png")


def keep_signed(agreement: Agreement, kind: str, uploaded: File[Any], *, by: User, subject_key: str) -> Attachment:
    """Store the scan of a signed paper. Raises BadInput for a kind of file in which words can still be changed."""
    attachment = attachments.attach(agreement, kind, uploaded, by=by, subject_key=subject_key)
    if attachment.file.extension not in FIXED:
        raise BadInput(
            _("“%(name)s” can still be edited. Send a scan: %(kinds)s.")
            % {"name": attachment.name, "kinds": ", ".join(FIXED)},
            code="file_not_fixed",
        )
    return attachment


def signed_text(agreement: Agreement) -> TextVersion | None:
    """Return the text that was signed, to which every later paper refers; None before the signing."""
    signing = Signing.objects.filter(agreement=agreement).select_related("text").first()
    return signing.text if signing else None
