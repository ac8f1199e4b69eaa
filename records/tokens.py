"""Submission tokens: a form sent twice (double click, back button, two tabs) makes one object."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import BadInput
from records.models import SubmissionToken

LONGEST = 64


def new() -> str:
    """Return a fresh token for a form that is about to be shown."""
    return secrets.token_urlsafe(24)


def part(token: str, *what: str) -> str:
    """Return the token of one of several things a form sends: the same thing sent again has the same one.

    A form without a token has none for its parts either, so that `once` refuses them.
    """
    return hashlib.sha256("\n".join((token, *what)).encode()).hexdigest() if token else ""


def once(token: str, *, user_id: int, purpose: str, make: Callable[[], str]) -> tuple[str, bool]:
    """Run `make` for the first sending of a form; return the reference of what it made, and whether it ran now.

    `make` returns that reference (a public id). The second caller, also one that comes at the same moment, waits for
    the first and gets the same reference and False. When `make` raises, nothing is kept and the token stays good.
    Raises BadInput for a token that is missing, malformed, or of another person or form.
    """
    if not token or len(token) > LONGEST or not token.isascii() or not token.isprintable():
        raise BadInput(_("The form was sent without its mark. Open the form again; nothing was saved."))
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = SubmissionToken.objects.create(
                    token=token, user_id=user_id, purpose=purpose, created_at=clock.now()
                )
        except IntegrityError:
            (row,) = SubmissionToken.objects.filter(token=token)
            if (row.user_id, row.purpose) != (user_id, purpose):
                raise BadInput(_("The form was opened by someone else or for something else.")) from None
            return row.reference, False
        row.reference = make()
        row.save(update_fields=["reference"])
        return row.reference, True
