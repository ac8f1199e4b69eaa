"""Opinions (§3.2): a unit gives its points, the lead unit answers each, the unit may hold on to one not taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.posts import post_in
from agreements import bearing, rules
from agreements.models import (
    Agreement,
    Consultation,
    ConsultedUnit,
    MaintainedOpinion,
    Opinion,
    OpinionAnswer,
    OpinionPoint,
    TextVersion,
    WorkItemReply,
)
from agreements.services import access, consulting, deadlines, duties, lifecycle, notices
from core import clock
from core.errors import BadInput, NotNow, Refused
from core.verdicts import Allowed, Denied, Verdict

ANSWER = "answer_opinions"
SUBJECT = "opinions"
MOST_POINTS = 100


@dataclass(frozen=True, slots=True)
class PointContent:
    """A point as it was typed: on the clause of that lineage, or (blank) on the whole text."""

    body: str
    lineage: str = ""
    proposed_wording: str = ""


@dataclass(frozen=True, slots=True)
class ItemContent:
    """What a bearing unit says of an item: can, cannot, or on which conditions."""

    stance: str
    conditions: str = ""


def _allowed(verdict: Verdict) -> Allowed:
    if isinstance(verdict, Denied):
        raise Refused.because(verdict)
    return verdict


# ---------------------------------------------------------------------- giving


def may_still_reply(consulted: ConsultedUnit) -> None:
    """Raise NotNow when a unit has replied already (told who did) or the draft has gone on to review."""
    if earlier := Opinion.objects.filter(consulted=consulted).select_related("given_by").first():
        raise NotNow(
            _("%(who)s has already given the opinion of this unit.") % {"who": earlier.given_by.full_name},
            "§3.2",
            code="already_replied",
        )
    consulting.must_be_open(consulted.consultation.agreement, consulted.consultation)


def reply(
    consulted: ConsultedUnit,
    *,
    by: User,
    stance: str,
    points: Sequence[PointContent] = (),
    items: Mapping[str, ItemContent] | None = None,
    remark: str = "",
    on: date | None = None,
    at: datetime | None = None,
) -> Opinion:
    """Give a unit's opinion: no objection, or points; late ones are taken and marked so.

    A unit on which the text lays something answers for each item (`items` by lineage). An item it cannot take on, or
    only on conditions, is a point like any other and makes the opinion an objection. Raises Refused for anyone but the
    unit's staff; BadInput for an objection without words, points beside "no objection", an item left out, conditions
    without words; NotNow once the draft is closed. Second caller: NotNow, told who replied.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    agreement = consulted.consultation.agreement
    text = consulted.consultation.text
    with transaction.atomic():
        lifecycle.lock(agreement)
        verdict = _allowed(rules.may_reply(by, consulted))
        may_still_reply(consulted)
        replies = _item_replies(consulted, bearing.asked_of(consulted), items or {})
        held = [row for row in replies if row.stance != WorkItemReply.Stance.CAN]
        found = _points(agreement, text, points)
        if stance == Opinion.Stance.OBJECTION and not found and not held:
            raise BadInput(_("Write the opinion: an objection without words cannot be answered."), "§3.2")
        if stance == Opinion.Stance.NO_OBJECTION and found:
            raise BadInput(_("There are points below: choose “with an opinion”, or take the points away."), "§3.2")
        opinion = Opinion.objects.create(
            consulted=consulted,
            stance=Opinion.Stance.OBJECTION if held else stance,
            remark=remark.strip(),
            given_by=by,
            given_on=on,
            given_at=at,
            is_late=on > consulted.consultation.due_on,
        )
        WorkItemReply.objects.bulk_create(replies)
        _write_points(opinion, [*found, *(_point_of(agreement, row) for row in held)])
        key = consulting.key_of(consulted)
        deadlines.close(agreement, consulting.RULE, subject_key=key, on=on)
        duties.close(agreement, "give_opinion", subject_key=key, by=by, at=at)
        lifecycle.act(
            agreement,
            "give_opinion",
            actor=by.actor(verdict.post),
            on=on,
            at=at,
            comment=words_of(opinion),
            text=text,
            payload={"unit": consulted.unit.name_zh, "stance": opinion.stance, "points": opinion.points.count()},
        )
        _ask_for_answers(opinion, by=by, at=at, who=consulted.unit.name_zh)
        deadlines.refresh_next_due(agreement)
    return opinion


def _item_replies(
    consulted: ConsultedUnit, asked: Iterable[bearing.Item], said: Mapping[str, ItemContent]
) -> list[WorkItemReply]:
    """Return what the unit says of each item, not saved yet; raise BadInput for one left out or unreasoned."""
    rows = []
    for item in asked:
        content = said.get(item.lineage)
        if content is None or content.stance not in WorkItemReply.Stance:
            raise BadInput(_("Say of “%(item)s” whether your unit takes it on.") % {"item": item.title}, "§3.2")
        if content.stance != WorkItemReply.Stance.CAN and not content.conditions.strip():
            raise BadInput(
                _("Say on which conditions, or why not: “%(item)s”.") % {"item": item.title}, "§3.2", code="conditions"
            )
        rows.append(
            WorkItemReply(
                consulted=consulted,
                part=item.part,
                lineage=item.lineage,
                title=item.title,
                stance=content.stance,
                conditions="" if content.stance == WorkItemReply.Stance.CAN else content.conditions.strip(),
            )
        )
    return rows


def _points(agreement: Agreement, text: TextVersion | None, contents: Sequence[PointContent]) -> list[OpinionPoint]:
    """Return points as rows not saved yet; raise BadInput for one without words or on a clause not in the text."""
    if len(contents) > MOST_POINTS:
        raise BadInput(_("An opinion has at most %(most)s points.") % {"most": MOST_POINTS}, "§3.2")
    headings = dict(text.clauses.values_list("lineage", "heading")) if text else {}
    rows = []
    for content in contents:
        if not content.body.strip():
            raise BadInput(_("A point without words cannot be answered."), "§3.2")
        if content.lineage and content.lineage not in headings:
            raise BadInput(_("The form names a clause that is not in this text."), "§3.2")
        rows.append(
            OpinionPoint(
                agreement=agreement,
                lineage=content.lineage,
                heading=headings.get(content.lineage, ""),
                body=content.body.strip(),
                proposed_wording=content.proposed_wording.strip(),
            )
        )
    return rows


def _point_of(agreement: Agreement, row: WorkItemReply) -> OpinionPoint:
    return OpinionPoint(agreement=agreement, item=row, heading=row.title, body=row.conditions)


def _write_points(opinion: Opinion, rows: Sequence[OpinionPoint]) -> None:
    for order, row in enumerate(rows, start=1):
        row.opinion, row.order = opinion, order
        row.save()


def record_points(
    opinion: Opinion, text: TextVersion | None, agreement: Agreement, contents: Sequence[PointContent]
) -> None:
    """Write the points of an opinion that came by letter; the caller holds the lock. Raises BadInput as `reply`."""
    _write_points(opinion, _points(agreement, text, contents))


def words_of(opinion: Opinion) -> str:
    """Return an opinion in a few lines, as the trail keeps it."""
    lines = [f"{point.heading}：{point.body}" if point.heading else point.body for point in opinion.points.all()]
    return "\n".join(lines) or opinion.remark


def _ask_for_answers(opinion: Opinion, *, by: User, at: datetime, who: str) -> None:
    agreement = agreement_of(opinion)
    lead = post_in(agreement.lead_unit, "officer")
    if opinion.stance == Opinion.Stance.OBJECTION:
        duties.open(agreement, ANSWER, post=lead, subject_key=SUBJECT, by=by, at=at)
    notices.tell("opinion_given", agreement=agreement, post=lead, unit=who)


def ask_for_answers(opinion: Opinion, *, by: User, at: datetime, who: str) -> None:
    """Put an opinion that came by letter on the lead unit's desk to be answered."""
    _ask_for_answers(opinion, by=by, at=at, who=who)


def agreement_of(opinion: Opinion) -> Agreement:
    """Return the agreement an opinion is about, given by a unit or by letter."""
    if opinion.consulted is not None:
        return opinion.consulted.consultation.agreement
    if opinion.letter is None:
        raise ValueError("an opinion belongs to a unit or to a letter")
    return opinion.letter.agreement


def round_of(opinion: Opinion) -> Consultation | None:
    """Return the round an opinion belongs to; None for a letter that stands on its own."""
    if opinion.consulted is not None:
        return opinion.consulted.consultation
    return opinion.letter.consultation if opinion.letter else None


def giver(opinion: Opinion) -> str:
    """Return who gave an opinion: the unit, or the outside body that wrote."""
    return opinion.consulted.unit.name_zh if opinion.consulted else str(opinion.letter)


# ---------------------------------------------------------------------- answering


def answer(
    point: OpinionPoint,
    *,
    by: User,
    adoption: str,
    reason: str = "",
    at: datetime | None = None,
) -> OpinionAnswer:
    """Answer a point: adopted, in part, or not; a reason is required unless it is adopted whole.

    The unit is told. Raises Refused for anyone but the lead unit's staff, BadInput without the reason, NotNow where
    the draft is closed, as for giving an opinion. Second caller: NotNow.
    """
    at = at or clock.now()
    agreement = point.agreement
    if adoption != OpinionAnswer.Adoption.ADOPTED and not reason.strip():
        raise BadInput(_("Say why the opinion is not adopted, or which part is."), "§3.2")
    with transaction.atomic():
        lifecycle.lock(agreement)
        verdict = _allowed(rules.may_edit(by, agreement))
        consulting.must_be_open(agreement, round_of(point.opinion))
        try:
            with transaction.atomic():
                row = OpinionAnswer.objects.create(
                    point=point, adoption=adoption, reason=reason.strip(), answered_by=by, answered_at=at
                )
        except IntegrityError as error:
            raise NotNow(_("This opinion has been answered already."), "§3.2", code="already_answered") from error
        access.grant(agreement, access.DRAFTED, user=by)
        lifecycle.act(
            agreement,
            "answer_opinion",
            actor=by.actor(verdict.post),
            on=clock.today(at),
            at=at,
            comment=reason,
            payload={"unit": giver(point.opinion), "adoption": adoption, "about": point.heading},
        )
        if point.opinion.consulted is not None:
            notices.tell(
                "opinion_answered",
                agreement=agreement,
                post=post_in(point.opinion.consulted.unit, "officer"),
                adoption=adoption,
                reason=reason,
            )
        if not unanswered(agreement):
            duties.close(agreement, ANSWER, by=by, at=at)
    return row


def unanswered(agreement: Agreement) -> int:
    """Return how many points of an agreement, of whatever round or letter, have no answer."""
    return agreement.opinion_points.filter(answer=None).count()


def waiting(round_: Consultation) -> int:
    """Return how many units of a round have not replied."""
    return round_.consulted.filter(opinion=None).count()


# ---------------------------------------------------------------------- maintaining


def may_maintain(user: User, point: OpinionPoint) -> Verdict:
    """Ask whether somebody may hold on to a point: the staff of the unit that gave it; a letter has no such staff."""
    if point.opinion.consulted is None:
        return Denied(_("Whoever wrote a letter maintains an opinion by another letter."), "§3.2")
    return rules.may_reply(user, point.opinion.consulted)


def can_be_maintained(point: OpinionPoint) -> bool:
    """Tell whether a point was answered without being adopted whole, and has not been maintained."""
    given = getattr(point, "answer", None)
    return given is not None and given.may_be_maintained and not hasattr(point, "maintained")


def maintain(
    point: OpinionPoint,
    *,
    by: User,
    reason: str,
    on: date | None = None,
    at: datetime | None = None,
) -> MaintainedOpinion:
    """Hold on to a point that was adopted in part or not at all; with its reason it stands in the list of differences.

    Raises Refused for anyone but the unit's staff, BadInput without a reason, NotNow where the point has no answer yet,
    was adopted, or the draft is closed. Second caller: NotNow, it is maintained already.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    agreement = point.agreement
    if not reason.strip():
        raise BadInput(_("Say why your unit holds on to its opinion."), "§3.2")
    with transaction.atomic():
        lifecycle.lock(agreement)
        verdict = _allowed(may_maintain(by, point))
        consulting.must_be_open(agreement, round_of(point.opinion))
        given = OpinionAnswer.objects.filter(point=point).first()
        if given is None or not given.may_be_maintained:
            raise NotNow(
                _("Only an opinion that was answered and not adopted whole can be maintained."),
                "§3.2",
                code="not_to_maintain",
            )
        try:
            with transaction.atomic():
                row = MaintainedOpinion.objects.create(
                    point=point, reason=reason.strip(), maintained_by=by, maintained_on=on, maintained_at=at
                )
        except IntegrityError as error:
            raise NotNow(
                _("Your unit has maintained this opinion already."), "§3.2", code="already_maintained"
            ) from error
        lifecycle.act(
            agreement,
            "maintain_opinion",
            actor=by.actor(verdict.post),
            on=on,
            at=at,
            comment=row.reason,
            payload={"unit": giver(point.opinion), "about": point.heading},
        )
        lead = post_in(agreement.lead_unit, "officer")
        notices.tell("opinion_maintained", agreement=agreement, post=lead, unit=giver(point.opinion))
    return row


def differences(agreement: Agreement) -> list[OpinionPoint]:
    """Return the list of differences 分歧清单: maintained points, in the order of rounds, with answer and reason.

    A unit that had no objection in a later round has given its difference up. The meeting paper carries this list.
    """
    rows = (
        agreement.opinion_points.exclude(maintained=None)
        .select_related(
            "opinion__consulted__unit",
            "opinion__consulted__consultation",
            "answer__answered_by",
            "maintained__maintained_by",
            "item",
        )
        .order_by("opinion__consulted__consultation__round", "opinion_id", "order")
    )
    if not (found := list(rows)):
        return []
    settled = dict(
        Opinion.objects.filter(consulted__consultation__agreement=agreement, stance=Opinion.Stance.NO_OBJECTION)
        .order_by("consulted__consultation__round")
        .values_list("consulted__unit_id", "consulted__consultation__round")
    )
    return [
        row
        for row in found
        if (asked := row.opinion.consulted) and settled.get(asked.unit_id, 0) <= asked.consultation.round
    ]
