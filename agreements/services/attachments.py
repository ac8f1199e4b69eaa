"""Papers brought to an agreement: the bytes are stored and inspected first, then the row names them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from agreements import rules
from agreements.models import Agreement, Attachment, Station
from agreements.models.agreement import BEFORE_SIGNING
from agreements.services import access, lifecycle
from core import clock
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied
from records import files
from records.files import Received

Kind = Attachment.Kind
FILED_BEFORE_SIGNING = (Kind.ORIGIN, Kind.DILIGENCE, Kind.COUNTERPARTY, Kind.AUTHORITY, Kind.OTHER)
FILED_AFTER_SIGNING = (Kind.EVIDENCE, Kind.OTHER)
"""What a person files by itself; every other kind comes with an act of its own (a signing, a meeting, an opinion)."""


def attach(agreement: Agreement, kind: str, uploaded: File[Any], *, by: User, subject_key: str = "") -> Attachment:
    """Store an uploaded file as a paper of an agreement; `subject_key` names what it belongs to (`signing`, `task:7`).

    The service whose act the paper belongs to has asked the right and records the event. Raises BadInput, naming the
    file and the rule, for a file that is not taken (see `records.files.store`); then nothing is kept. The same bytes
    twice are stored once and named twice.
    """
    with files.received(uploaded, name=uploaded.name or "") as upload, transaction.atomic():
        return _named(agreement, upload, kind=kind, by=by, subject_key=subject_key)


def _named(agreement: Agreement, upload: Received, *, by: User, **facts: Any) -> Attachment:
    facts.setdefault("added_at", clock.now())
    return Attachment.objects.create(
        agreement=agreement, name=upload.name, file=files.keep(upload), added_by=by, **facts
    )


# ---------------------------------------------------------------------- filing by itself


def kinds_now(agreement: Agreement) -> tuple[Attachment.Kind, ...]:
    """Return the kinds of paper a person may file at this station; none once the case has ended.

    A suspended case still takes papers: those about the suspension come while it lasts.
    """
    if not agreement.is_live:
        return ()
    return FILED_BEFORE_SIGNING if agreement.station in BEFORE_SIGNING else FILED_AFTER_SIGNING


def may_still_file(agreement: Agreement, *, by: User) -> str:
    """Ask whether a person may file papers now; return the post acted from.

    Raises Refused for anyone but the lead unit's staff (§4.1), NotNow once the case has ended. The services ask the
    same after locking; pages ask it before a form is shown.
    """
    verdict = rules.may_attach(by, agreement)
    if isinstance(verdict, Denied):
        raise Refused.because(verdict)
    if not kinds_now(agreement):
        raise NotNow(_("The case has ended: its papers stand as they are."), "§4.1", code="settled")
    return verdict.post


def file(
    agreement: Agreement,
    kind: str,
    upload: Received,
    *,
    by: User,
    remark: str = "",
    subject_key: str = "",
    at: datetime | None = None,
) -> Attachment:
    """File a paper of the case (§4.1); `upload` is open until it is stored here (`records.files.received`).

    Raises Refused and NotNow as `may_still_file` does, and NotNow for a kind that is not filed at this station or
    comes with an act of its own. The same bytes twice are stored once and named twice.
    """
    at = at or clock.now()
    with transaction.atomic():
        post = _open_for(agreement, by)
        if kind not in kinds_now(agreement):
            raise _other_act(kind)
        row = _named(agreement, upload, kind=kind, by=by, subject_key=subject_key, remark=remark, added_at=at)
        _tell(row, "attach_file", by=by, post=post, at=at)
    return row


def replace(
    paper: Attachment, upload: Received, *, by: User, remark: str = "", at: datetime | None = None
) -> Attachment:
    """File a newer version of a paper; the older one stays, folded under it.

    Raises Refused and NotNow as `file` does, BadInput for the very same bytes, and NotNow for a paper that is void.
    Second caller: NotNow, told that a newer version is there.
    """
    at = at or clock.now()
    agreement = paper.agreement
    with transaction.atomic():
        post = _open_for(agreement, by)
        may_still_change(paper)
        if paper.file.sha256 == upload.sha256:
            raise BadInput(
                _("“%(name)s” is the very file that is there already; nothing was stored.") % {"name": upload.name},
                code="file_same",
            )
        row = _named(
            agreement,
            upload,
            kind=paper.kind,
            by=by,
            subject_key=paper.subject_key,
            remark=remark,
            replaces=paper,
            added_at=at,
        )
        _tell(row, "replace_file", by=by, post=post, at=at, old=paper.name)
    return row


def void(paper: Attachment, *, by: User, reason: str, at: datetime | None = None) -> None:
    """Mark a paper as void: it stays with its bytes, and says who withdrew it, when and why.

    Raises Refused and NotNow as `replace` does, BadInput without a reason. Second caller: NotNow, told that it is
    void already.
    """
    at = at or clock.now()
    reason = reason.strip()
    if not reason:
        raise BadInput(_("Say why the paper is void."))
    with transaction.atomic():
        post = _open_for(paper.agreement, by)
        may_still_change(paper)
        paper.voided_at, paper.voided_by, paper.void_reason = at, by, reason
        paper.save(update_fields=["voided_at", "voided_by", "void_reason"])
        _tell(paper, "void_file", by=by, post=post, at=at, comment=reason)


def is_changeable(paper: Attachment) -> bool:
    """Tell whether a paper may be replaced or marked as void at this station, by who may file papers.

    What came with an act stands with it; after the signing so does everything filed before it.
    """
    if paper.kind not in kinds_now(paper.agreement):
        return False
    return paper.agreement.station in BEFORE_SIGNING or not paper.subject_key


def may_still_change(paper: Attachment) -> None:
    """Read a paper again and raise NotNow where it may not be replaced or marked as void (any more)."""
    paper.refresh_from_db(fields=["voided_at", "voided_by", "void_reason"])
    if not is_changeable(paper):
        raise NotNow(
            _("“%(name)s” stands as it is: it came with an act of its own, or was filed before the signing.")
            % {"name": paper.name},
            "§4.1",
            code="settled",
        )
    if paper.voided_at:
        raise NotNow(_("“%(name)s” is void already.") % {"name": paper.name}, code="void")
    if Attachment.objects.filter(replaces=paper).exists():
        raise NotNow(
            _("A newer version of “%(name)s” is there already.") % {"name": paper.name},
            code="replaced",
            next_step=_("Open the files again and go on from the newest version."),
        )


def _open_for(agreement: Agreement, by: User) -> str:
    lifecycle.lock(agreement)
    return may_still_file(agreement, by=by)


def _other_act(kind: str) -> NotNow:
    if kind in FILED_BEFORE_SIGNING or kind in FILED_AFTER_SIGNING:
        reason = _("Papers of the kind “%(kind)s” are not filed at this station.")
    else:
        reason = _("Papers of the kind “%(kind)s” come with an act of their own.")
    name = capfirst(Kind(kind).label) if kind in Kind else kind
    return NotNow(reason % {"kind": name}, "§4.1", code="other_act")


def _tell(row: Attachment, code: str, *, by: User, post: str, at: datetime, comment: str = "", **more: str) -> None:
    if row.agreement.station in (Station.PREPARATION, Station.DRAFTING):
        access.grant(row.agreement, access.DRAFTED, user=by)
    payload = {"paper": row.public_id, "kind": row.kind, "name": row.name, "sha256": row.file.sha256, **more}
    lifecycle.act(
        row.agreement, code, actor=by.actor(post), on=clock.today(at), at=at, comment=comment, payload=payload
    )
