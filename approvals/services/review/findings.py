"""The lead unit answers every finding; the reviewer accepts the answer or maintains the finding (§3.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from accounts.posts import post_in
from agreements.models import Agreement, Station
from agreements.services import access, deadlines, duties, lifecycle
from approvals.models import FindingJudgement, FindingReply, LegalReview, ReviewFinding
from approvals.services.review.common import lawful_review, must_be_open, require_reason, under_review
from approvals.services.review.presenting import offer_presenting
from core import clock
from core.errors import BadInput, NotNow
from core.verdicts import Wording

ANSWER = "answer_findings"
RULE = "finding_answers"


class Status(str, Enum):
    """Where a finding stands."""

    DRAFT = "draft"
    OPEN = "open"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    MAINTAINED = "maintained"


WORDS: dict[Status, Wording] = {
    Status.DRAFT: pgettext_lazy("finding", "raised"),
    Status.OPEN: gettext_lazy("to be answered"),
    Status.ANSWERED: pgettext_lazy("finding", "answered"),
    Status.ACCEPTED: pgettext_lazy("finding", "settled"),
    Status.MAINTAINED: pgettext_lazy("finding", "maintained"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the lead unit says to a finding."""

    adoption: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A finding with its last answer, what the reviewer said to it, and so where it stands."""

    finding: ReviewFinding
    reply: FindingReply | None
    judgement: FindingJudgement | None

    @property
    def status(self) -> Status:
        """Return where the finding stands; one maintained in a round that went back is to be answered anew."""
        if self.finding.settled_at is None:
            return Status.DRAFT
        if self.reply is None:
            return Status.OPEN
        if self.judgement is None:
            return Status.ANSWERED
        if self.judgement.accepted:
            return Status.ACCEPTED
        went_back = self.judgement.review.state == LegalReview.State.RETURNED
        return Status.OPEN if went_back else Status.MAINTAINED

    @property
    def word(self) -> str:
        """Return where it stands, in words."""
        return str(WORDS[self.status])

    @property
    def is_settled(self) -> bool:
        """Tell whether nothing is left of it: its answer was accepted."""
        return self.status == Status.ACCEPTED


def _whole() -> QuerySet[ReviewFinding]:
    judged = FindingJudgement.objects.select_related("review", "by")
    replies = FindingReply.objects.select_related("by").prefetch_related(Prefetch("judgement", judged))
    return ReviewFinding.objects.select_related("review", "joint__unit", "raised_by").prefetch_related(
        Prefetch("replies", replies)
    )


def of(agreement: Agreement) -> list[Standing]:
    """Return every finding of an agreement with where it stands, oldest first. Three queries, however many."""
    return [_standing(row) for row in _whole().filter(review__agreement=agreement).order_by("pk")]


def _standing(row: ReviewFinding) -> Standing:
    reply = next(reversed(list(row.replies.all())), None)
    return Standing(row, reply, getattr(reply, "judgement", None) if reply else None)


def unanswered(agreement: Agreement) -> list[Standing]:
    """Return the findings that the lead unit still has to answer."""
    return [one for one in of(agreement) if one.status == Status.OPEN]


def maintained(agreement: Agreement) -> list[Standing]:
    """Return the findings the reviewer maintains: leaders see them."""
    return [one for one in of(agreement) if one.status == Status.MAINTAINED]


def before(review: LegalReview, found: Iterable[Standing]) -> list[Standing]:
    """Return what earlier rounds left: every finding of theirs whose answer was not accepted before this round."""
    return [
        one
        for one in found
        if one.finding.review.round < review.round
        and not (one.is_settled and one.judgement and one.judgement.review_id != review.pk)
    ]


def answer(
    agreement: Agreement, answers: Mapping[str, Answer], *, by: User, at: datetime | None = None
) -> list[FindingReply]:
    """Answer findings by their public id: changed, in part, or kept with its reason.

    In drafting any; while the text lies with the review (a lawful round left findings) the text stands, so only the
    reason for keeping the wording. Raises Refused for anyone but the lead unit's staff; BadInput without a reason
    where one is due, or for a finding of another case; NotNow for a finding that asks for no answer (any more): the
    second caller is told that it was answered.
    """
    at = at or clock.now()
    if not answers:
        raise BadInput(_("Answer at least one finding."), "§3.3")
    with transaction.atomic():
        lifecycle.lock(agreement)
        post = lifecycle.check(agreement, ANSWER, by=by)
        standing = {one.finding.public_id: one for one in of(agreement)}
        rows = [_reply(agreement, standing.get(key), given, by=by, post=post, at=at) for key, given in answers.items()]
        FindingReply.objects.bulk_create(rows)
        access.grant(agreement, access.DRAFTED, user=by)
        lifecycle.act(
            agreement,
            ANSWER,
            actor=by.actor(post),
            on=clock.today(at),
            at=at,
            payload={
                "answers": [
                    {"finding": row.finding.body, "adoption": row.adoption, "reason": row.reason} for row in rows
                ]
            },
        )
        if not unanswered(agreement):
            duties.close(agreement, ANSWER, by=by, at=at)
            deadlines.close(agreement, RULE, on=clock.today(at))
            if agreement.station == Station.LEGAL_REVIEW and lawful_review(agreement, under_review(agreement)):
                offer_presenting(agreement, by=by, on=clock.today(at), at=at)
            deadlines.refresh_next_due(agreement)
    return rows


def _reply(
    agreement: Agreement, one: Standing | None, given: Answer, *, by: User, post: str, at: datetime
) -> FindingReply:
    if one is None:
        raise BadInput(_("The form names a finding that is not of this agreement."), "§3.3")
    if one.status != Status.OPEN:
        who = one.reply.by.full_name if one.reply else ""
        raise NotNow(
            _("“%(finding)s” is answered already. %(who)s") % {"finding": one.finding.body, "who": who},
            "§3.3",
            code="answered",
        )
    if given.adoption not in FindingReply.Adoption:
        raise BadInput(_("Say what became of the finding: changed, in part, or kept."), "§3.3")
    if given.adoption != FindingReply.Adoption.CHANGED and not given.reason.strip():
        raise BadInput(_("Write why the wording is kept; the reviewer reads the reason."), "§3.3")
    if agreement.station == Station.LEGAL_REVIEW and given.adoption != FindingReply.Adoption.KEPT:
        raise BadInput(
            _(
                "The text cannot change while it lies with the review: keep the wording with its reason, or ask for it"
                " back."
            ),
            "§3.3",
        )
    return FindingReply(
        finding=one.finding, adoption=given.adoption, reason=given.reason.strip(), by=by, post_title=post, at=at
    )


def judge(
    review: LegalReview, finding: str, *, by: User, accepted: bool, reason: str = "", at: datetime | None = None
) -> FindingJudgement:
    """Accept the answer to a finding of an earlier round, or maintain the finding with its reason.

    Raises BadInput for maintaining without a reason; NotNow when the round is closed, or when the answer was judged
    before: the second caller is told by whom.
    """
    at = at or clock.now()
    reason = reason.strip() if accepted else require_reason(reason)
    agreement = review.agreement
    with transaction.atomic():
        lifecycle.lock(agreement)
        post = lifecycle.check(agreement, "review", by=by)
        review.refresh_from_db()
        must_be_open(review)
        row = _whole().filter(review__agreement=agreement, public_id=finding).first()
        one = _standing(row) if row else None
        if one is None or one.reply is None:
            raise NotNow(_("This finding has no answer to be judged."), "§3.3", code="no_answer")
        if one.judgement is not None:
            raise NotNow(
                _("This answer is judged already. %(who)s") % {"who": one.judgement.by.full_name},
                "§3.3",
                code="judged",
            )
        judgement = FindingJudgement.objects.create(
            finding=one.finding, review=review, reply=one.reply, accepted=accepted, reason=reason, by=by, at=at
        )
        lifecycle.act(
            agreement,
            "judge_finding",
            actor=by.actor(post),
            on=clock.today(at),
            at=at,
            comment=reason,
            text=review.text,
            payload={"round": review.round, "finding": one.finding.body, "accepted": accepted},
        )
    return judgement


def ask_for_answers(agreement: Agreement, *, by: User, on: date, at: datetime) -> None:
    """Put what a lawful round found on the lead unit's desk: it is answered before the agreement is presented."""
    post = post_in(agreement.lead_unit, "officer")
    deadline = deadlines.start(agreement, RULE, starts_on=on, post=post)
    duties.open(agreement, ANSWER, post=post, deadline=deadline, by=by, at=at)
