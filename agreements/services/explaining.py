"""Why clauses were changed from one version to another, as the comparison table 修改对照表 states it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agreements import rules
from agreements.models import Agreement, ChangeReason, Clause, Standing, Station, TextVersion
from agreements.services import access, lifecycle
from core import clock
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Denied
from records.models import Event

EXPLAIN = "explain_change"
UNTIL = (Station.PREPARATION, Station.DRAFTING, Station.LEGAL_REVIEW, Station.APPROVAL)


def is_open(agreement: Agreement) -> bool:
    """Tell whether reasons may still be given: until the text is approved, while the case goes on."""
    return agreement.standing == Standing.ACTIVE and agreement.station in UNTIL


def give(
    text: TextVersion,
    against: TextVersion,
    lineage: str,
    *,
    by: User,
    reason: str,
    source: str,
    said_by: str = "",
    at: datetime | None = None,
) -> ChangeReason:
    """State why a clause of `text` differs from the older version `against`; the newest statement counts.

    The trail gets one line for a stretch of them. Raises Refused for anyone but the lead unit's staff; BadInput
    without a reason or source, for versions of two agreements or in the wrong order, or for a clause of neither;
    NotNow once the text is approved. Second caller: a second statement, which counts.
    """
    at = at or clock.now()
    agreement = text.agreement
    reason, said_by = reason.strip(), said_by.strip()
    if not reason or source not in ChangeReason.Source.values:
        raise BadInput(_("Give the reason of the change and where it comes from."), "§3.2")
    if text.agreement_id != against.agreement_id or text.number <= against.number:
        raise BadInput(_("A change is explained in the newer of two versions, against the older one."))
    if not Clause.objects.filter(text__in=(text, against), lineage=lineage).exists():
        raise BadInput(_("The form names a clause that is in neither of the two versions."))
    with transaction.atomic():
        lifecycle.lock(agreement)
        verdict = rules.may_edit(by, agreement)
        if isinstance(verdict, Denied):
            raise Refused.because(verdict)
        if not is_open(agreement):
            raise NotNow(
                _("The text is approved; its changes are no longer explained here."), "§3.4", code="explained_late"
            )
        row = ChangeReason.objects.create(
            text=text, against=against, lineage=lineage, reason=reason, source=source, said_by=said_by, by=by, at=at
        )
        access.grant(agreement, access.DRAFTED, user=by)
        last = Event.objects.filter(chain=agreement.chain).order_by("-sequence").first()
        if last is None or (last.code, last.actor_id) != (EXPLAIN, by.pk):
            lifecycle.act(
                agreement,
                EXPLAIN,
                actor=by.actor(verdict.post),
                on=clock.today(at),
                at=at,
                payload={"text": text.number, "against": against.number},
            )
    return row


def between(new: TextVersion, old: TextVersion) -> dict[str, list[ChangeReason]]:
    """Return the reasons by clause for the changes from `old` to `new`, each the newest of its step. One query.

    A reason given for exactly these two versions stands alone; otherwise those of the steps between them, in order.
    """
    rows = ChangeReason.objects.filter(
        text__agreement=new.agreement_id, text__number__lte=new.number, against__number__gte=old.number
    ).select_related("by", "text", "against")
    newest: dict[tuple[str, int, int], ChangeReason] = {}
    for row in rows:
        newest[row.lineage, row.against.number, row.text.number] = row
    found: dict[str, list[ChangeReason]] = {}
    for (lineage, _from, _to), row in sorted(newest.items(), key=lambda item: item[0][1:]):
        found.setdefault(lineage, []).append(row)
    for lineage in found:
        if exact := newest.get((lineage, old.number, new.number)):
            found[lineage] = [exact]
    return found
