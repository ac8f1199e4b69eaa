"""The legal review (§3.3): six points on the frozen text, then a conclusion; the General Office presents next."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.models import Agreement, Station
from agreements.services import deadlines, duties, lifecycle, texts
from agreements.services.lifecycle import Moved
from approvals.models import (
    CompletenessCheck,
    JointReview,
    LegalReview,
    ReviewFinding,
    ScreeningLook,
    Supplement,
)
from approvals.services.review import completeness, findings, gates, points
from approvals.services.review.common import (
    LAWFUL,
    RULE,
    current,
    lawful_review,
    must_be_open,
    must_be_the_text,
    under_review,
)
from approvals.services.review.points import FindingContent, PointContent
from approvals.services.review.presenting import PRESENTING, STEP_RULE, offer_presenting
from core import clock
from core.errors import BadInput, NotNow
from records import numbers
from regulation.review import REVIEW_CONCLUSIONS

__all__ = [
    "LAWFUL",
    "PRESENTING",
    "STEP_RULE",
    "FindingContent",
    "PointContent",
    "close",
    "current",
    "look_at",
    "offer_presenting",
    "open_review",
    "record_points",
    "send_back",
]


def open_review(agreement: Agreement, moved: Moved) -> None:
    """Receive a text just submitted: duty of the verb `submit_for_review`.

    The General Office looks whether everything is there; then the review begins. Words that a review has found lawful
    already, to the letter, are not reviewed again: they are presented at once.
    """
    if lawful_review(agreement, texts.current(agreement)):
        offer_presenting(agreement, by=moved.by, on=moved.on, at=moved.at)
    else:
        completeness.open_check(agreement, moved)


def record_points(
    review: LegalReview,
    contents: Mapping[str, PointContent],
    *,
    by: User,
    text_sha256: str,
    at: datetime | None = None,
) -> None:
    """Record what was found on some or all of the six points; a point recorded before is replaced.

    `text_sha256` is the hash of the text that was shown. Raises BadInput for an unknown point, a finding without words
    or a clause that is not in the text; NotNow when the round is closed or is on another text than the one shown.
    Second caller: the later words stand, both recordings are in the trail; a finding the caller was not shown stays.
    """
    at = at or clock.now()
    agreement = review.agreement
    with transaction.atomic():
        lifecycle.lock(agreement)
        post = lifecycle.check(agreement, "review", by=by)
        review.refresh_from_db()
        must_be_open(review)
        must_be_the_text(review.text, text_sha256)
        _must_be_sound(review, contents)
        points.write(review, contents, by=by, at=at)
        lifecycle.act(
            agreement,
            "review_points",
            actor=by.actor(post),
            on=clock.today(at),
            at=at,
            text=review.text,
            payload={
                "round": review.round,
                "points": {
                    code: "；".join(one.body.strip() for one in content.rows) for code, content in contents.items()
                },
                "findings": [
                    {"point": code, "clause": one.clause_lineage, "risk": one.risk, "proposal": one.proposal.strip()}
                    for code, content in contents.items()
                    for one in content.rows
                ],
            },
        )


def _must_be_sound(review: LegalReview, contents: Mapping[str, PointContent]) -> None:
    if not contents:
        raise BadInput(_("Choose for at least one point whether something was found."), "§3.3")
    rows = [(code, one) for code, content in contents.items() for one in content.rows]
    # A word that there is none names its point too, and a finding without rows is one without words.
    rows += [(code, FindingContent(" - ")) for code, content in contents.items() if not content.has_finding]
    joint = set(review.findings.exclude(joint=None).values_list("point", flat=True))
    rows += [
        (code, FindingContent(""))
        for code, content in contents.items()
        if content.has_finding and not content.rows and code not in joint
    ]
    points.must_be_sound(review.text, rows)


def look_at(
    review: LegalReview, answers: Collection[int], *, by: User, text_sha256: str, at: datetime | None = None
) -> None:
    """Note that the reasons for wordings kept against the screening (§1.2) were looked at: their answers by key.

    An answer looked at before, in whichever round, is done. Raises NotNow when the round is closed or on another text.
    """
    at = at or clock.now()
    agreement = review.agreement
    with transaction.atomic():
        lifecycle.lock(agreement)
        post = lifecycle.check(agreement, "review", by=by)
        review.refresh_from_db()
        must_be_open(review)
        must_be_the_text(review.text, text_sha256)
        lines = [line for line in gates.unlooked(review) if line.answer and line.answer.pk in answers]
        if not lines:
            return
        ScreeningLook.objects.bulk_create(
            ScreeningLook(review=review, answer=line.answer, by=by, at=at) for line in lines
        )
        lifecycle.act(
            agreement,
            "look_at_kept",
            actor=by.actor(post),
            on=clock.today(at),
            at=at,
            text=review.text,
            payload={"round": review.round, "excerpts": [line.found.excerpt for line in lines]},
        )


def close(
    review: LegalReview,
    *,
    by: User,
    conclusion: str,
    text_sha256: str,
    opinion: str = "",
    on: date | None = None,
    at: datetime | None = None,
) -> LegalReview:
    """Conclude a round. A lawful text goes on to be presented; any other conclusion sends it back to drafting.

    `text_sha256` is the hash of the text that was shown. Raises NotNow when the round is on another text, and with a
    gap for everything that is open: a point without an answer, and before a lawful end an answer not judged, a finding
    of high risk, a reason not looked at, a department not settled, a supplement outstanding. BadInput for an unknown
    conclusion, or without an opinion where the text goes back. Takes the next number of the written opinions, without
    a gap. A lawful text whose findings are not answered yet goes to the lead unit first. Second caller: NotNow, told
    who closed the round.
    """
    at = at or clock.now()
    on = on or clock.today(at)
    agreement = review.agreement
    if conclusion not in REVIEW_CONCLUSIONS:
        raise BadInput(_("Choose the conclusion of the review."), "§3.3")
    if conclusion != LAWFUL:
        _require_reason(opinion)
    with transaction.atomic():
        lifecycle.lock(agreement)
        post = lifecycle.check(agreement, "review", by=by)
        review.refresh_from_db()
        must_be_open(review)
        must_be_the_text(review.text, text_sha256)
        _must_be_complete(review, conclusion)
        review.conclusion, review.opinion, review.reviewer = conclusion, opinion.strip(), by
        review.number = _next_number(agreement, on)
        if conclusion != LAWFUL:
            review.save(update_fields=["conclusion", "opinion", "reviewer", "number"])
            send_back(agreement, by=by, reason=opinion, text_sha256=text_sha256, on=on, at=at)
            review.refresh_from_db()
            return review
        review.state, review.closed_on = LegalReview.State.CLOSED, on
        review.save()
        _settle(review, on=on, at=at)
        deadlines.close(agreement, RULE, on=on, subject_key=review.key)
        duties.close(agreement, "review", subject_key=review.key, by=by, at=at)
        lifecycle.act(
            agreement,
            "close_review",
            actor=by.actor(post),
            on=on,
            at=at,
            comment=review.opinion,
            text=review.text,
            payload={"round": review.round, "conclusion": conclusion, "number": review.number},
        )
        if findings.unanswered(agreement):
            findings.ask_for_answers(agreement, by=by, on=on, at=at)
        else:
            offer_presenting(agreement, by=by, on=on, at=at)
        deadlines.refresh_next_due(agreement)
    return review


def send_back(
    agreement: Agreement,
    *,
    by: User,
    reason: str,
    text_sha256: str,
    on: date | None = None,
    at: datetime | None = None,
) -> Moved:
    """Return the text from review to drafting, with a reason; a check or a round that is open ends as sent back.

    `text_sha256` is the hash of the text that was shown. Raises BadInput without a reason; NotNow when another text is
    under review. Second caller: NotNow, the text has left the review.
    """
    _require_reason(reason)
    with transaction.atomic():
        lifecycle.lock(agreement)
        lifecycle.check(agreement, "send_back_from_review", by=by)
        text = under_review(agreement)
        must_be_the_text(text, text_sha256)
        review = current(agreement)
        facts = {"round": review.round, "conclusion": review.conclusion} if review and review.is_open else {}
        return lifecycle.move(
            agreement,
            "send_back_from_review",
            by=by,
            on=on,
            at=at,
            comment=reason.strip(),
            facts=lambda _locked: facts,
            text=text,
        )


def _must_be_complete(review: LegalReview, conclusion: str) -> None:
    gaps = gates.closing_gaps(review, conclusion)
    if gaps:
        raise NotNow(
            _("The review cannot be closed yet: %(count)s point(s) are open.") % {"count": len(gaps)},
            "§3.3",
            gaps=gaps,
            code="incomplete",
        )


def _next_number(agreement: Agreement, on: date) -> str:
    """Take the next number of the written opinions of an authority in a year."""
    authority = agreement.authority
    number = numbers.next_number(f"legal_opinion:{authority.code}", on.year)
    return f"{authority.number_prefix}法审〔{on.year}〕{number}号"


def _settle(review: LegalReview, *, on: date, at: datetime) -> None:
    """From the end of a round on its findings stand, nobody is asked any more, and no stop lasts."""
    ReviewFinding.objects.filter(review=review, settled_at=None).update(settled_at=at)
    asked = review.joint.filter(state=JointReview.State.ASKED)
    for row in asked:
        deadlines.close(review.agreement, "joint_review", on=on, subject_key=row.key, because="review_closed")
        duties.close(review.agreement, "joint_review", subject_key=row.key, at=at, because="review_closed")
    asked.filter(gone_on_because="").update(state=JointReview.State.ENDED)
    review.joint.filter(state=JointReview.State.PROPOSED).update(state=JointReview.State.ENDED)
    review.stops.filter(to_on=None).update(to_on=on)


def end_review(agreement: Agreement, moved: Moved) -> None:
    """End an open check or round, and what was asked for, when the text leaves the review otherwise: duty of sending
    back, recalling, withdrawing."""
    state = {"send_back_from_review": "returned", "recall": "recalled"}.get(moved.verb, "ended")
    for check in CompletenessCheck.objects.filter(agreement=agreement, state=CompletenessCheck.State.OPEN):
        check.state, check.closed_on = state, moved.on
        check.checked_by = moved.by if state == "returned" else None
        check.save(update_fields=["state", "closed_on", "checked_by"])
    Supplement.objects.filter(agreement=agreement, state=Supplement.State.OPEN).update(state=Supplement.State.ENDED)
    for review in LegalReview.objects.filter(agreement=agreement, state=LegalReview.State.OPEN):
        review.state, review.closed_on = state, moved.on
        review.save(update_fields=["state", "closed_on"])
        _settle(review, on=moved.on, at=moved.at)


def present_again(agreement: Agreement, moved: Moved) -> None:
    """An approval recalled by the General Office lies with it again: duty of the verb `recall`."""
    if agreement.station != Station.LEGAL_REVIEW:
        return
    duties.close(agreement, but=duties.OF_NO_STATION, by=moved.by, at=moved.at, because="recalled")
    deadlines.close_all(agreement, on=moved.on, because="recalled")
    offer_presenting(agreement, by=moved.by, on=moved.on, at=moved.at)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise BadInput(_("Say why the text goes back: the lead unit revises by it."), "§3.3")
