"""The legal review (§3.3): six points on the frozen text, then a conclusion; the General Office presents next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.models import Agreement, Station
from agreements.services import access, deadlines, duties, lifecycle, texts
from agreements.services.lifecycle import Moved
from approvals.models import LegalReview, ReviewPoint
from approvals.services.routing import office_post, review_post
from core import clock
from core.errors import BadInput, NotNow
from core.verdicts import Gap
from core.wording import say
from regulation.review import REVIEW_CONCLUSIONS, REVIEW_POINTS

RULE = "review"
STEP_RULE = "approval_step"
PRESENTING = "present"
LAWFUL = "lawful"


@dataclass(frozen=True, slots=True)
class PointContent:
    """What was typed for one point: a finding, or the explicit word that there is none."""

    has_finding: bool
    finding: str = ""
    clause_lineage: str = ""


def current(agreement: Agreement) -> LegalReview | None:
    """Return the latest round of the review; None before the first submission."""
    return agreement.legal_reviews.order_by("-round").first()


def open_review(agreement: Agreement, moved: Moved) -> None:
    """Begin a round on the text just submitted: duty of the verb `submit_for_review`.

    Starts the review's own limit and puts it on the reviewer's desk; the General Office sees the case from here on.
    """
    last = current(agreement)
    text = texts.current(agreement)
    if text is None:
        raise RuntimeError("a submission freezes a text")
    review = LegalReview.objects.create(
        agreement=agreement, text=text, round=last.round + 1 if last else 1, opened_on=moved.on
    )
    post = review_post(agreement.authority)
    access.grant(agreement, "review", post=office_post(agreement.authority))
    deadline = deadlines.start(agreement, RULE, starts_on=moved.on, post=post, subject_key=_key(review))
    duties.open(agreement, "review", post=post, subject_key=_key(review), deadline=deadline, by=moved.by, at=moved.at)


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
    Second caller: the later words stand, both recordings are in the trail.
    """
    at = at or clock.now()
    agreement = review.agreement
    with transaction.atomic():
        lifecycle.lock(agreement)
        post = lifecycle.check(agreement, "review", by=by)
        review.refresh_from_db()
        _must_be_open(review)
        _must_be_the_text(review, text_sha256)
        _must_be_sound(review, contents)
        ReviewPoint.objects.bulk_create(
            (
                ReviewPoint(
                    review=review,
                    point=code,
                    has_finding=content.has_finding,
                    finding=content.finding.strip() if content.has_finding else "",
                    clause_lineage=content.clause_lineage if content.has_finding else "",
                    recorded_by=by,
                    recorded_at=at,
                )
                for code, content in contents.items()
            ),
            update_conflicts=True,
            unique_fields=["review", "point"],
            update_fields=["has_finding", "finding", "clause_lineage", "recorded_by", "recorded_at"],
        )
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
                    code: content.finding.strip() if content.has_finding else "" for code, content in contents.items()
                },
            },
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
    gap for each point that has neither a finding nor the word that there is none; BadInput for an unknown conclusion,
    or without an opinion where the text goes back. Second caller: NotNow, the round is closed.
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
        _must_be_open(review)
        _must_be_the_text(review, text_sha256)
        _must_be_complete(review)
        review.conclusion, review.opinion, review.reviewer = conclusion, opinion.strip(), by
        if conclusion != LAWFUL:
            review.save(update_fields=["conclusion", "opinion", "reviewer"])
            send_back(agreement, by=by, reason=opinion, text_sha256=text_sha256, on=on, at=at)
            review.refresh_from_db()
            return review
        review.state, review.closed_on = LegalReview.State.CLOSED, on
        review.save()
        deadlines.close(agreement, RULE, on=on, subject_key=_key(review))
        duties.close(agreement, "review", subject_key=_key(review), by=by, at=at)
        lifecycle.act(
            agreement,
            "close_review",
            actor=by.actor(post),
            on=on,
            at=at,
            comment=review.opinion,
            text=review.text,
            payload={"round": review.round, "conclusion": conclusion},
        )
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
    """Return the text from review to drafting, with a reason; a round that is open ends as sent back.

    `text_sha256` is the hash of the text that was shown. Raises BadInput without a reason; NotNow when another text is
    under review. Second caller: NotNow, the text has left the review.
    """
    _require_reason(reason)
    with transaction.atomic():
        lifecycle.lock(agreement)
        lifecycle.check(agreement, "send_back_from_review", by=by)
        review = current(agreement)
        if review is None:
            raise RuntimeError("a submission opens a round")
        _must_be_the_text(review, text_sha256)
        return lifecycle.move(
            agreement,
            "send_back_from_review",
            by=by,
            on=on,
            at=at,
            comment=reason.strip(),
            facts=lambda _locked: {"round": review.round, "conclusion": review.conclusion},
            text=review.text,
        )


def offer_presenting(agreement: Agreement, *, by: User, on: date, at: datetime) -> None:
    """Put a reviewed agreement on the General Office's desk, to be presented within the limit of a step."""
    post = office_post(agreement.authority)
    deadline = deadlines.start(agreement, STEP_RULE, starts_on=on, post=post, subject_key=PRESENTING)
    duties.open(agreement, PRESENTING, post=post, subject_key=PRESENTING, deadline=deadline, by=by, at=at)


def end_review(agreement: Agreement, moved: Moved) -> None:
    """End an open round when the text leaves the review otherwise: duty of sending back, recalling, withdrawing."""
    state = {
        "send_back_from_review": LegalReview.State.RETURNED,
        "recall": LegalReview.State.RECALLED,
    }.get(moved.verb, LegalReview.State.ENDED)
    for review in LegalReview.objects.filter(agreement=agreement, state=LegalReview.State.OPEN):
        review.state, review.closed_on = state, moved.on
        review.save(update_fields=["state", "closed_on"])


def present_again(agreement: Agreement, moved: Moved) -> None:
    """An approval recalled by the General Office lies with it again: duty of the verb `recall`."""
    if agreement.station != Station.LEGAL_REVIEW:
        return
    duties.close(agreement, but=duties.OF_NO_STATION, by=moved.by, at=moved.at, because="recalled")
    deadlines.close_all(agreement, on=moved.on, because="recalled")
    offer_presenting(agreement, by=moved.by, on=moved.on, at=moved.at)


def _key(review: LegalReview) -> str:
    return f"review:{review.pk}"


def _must_be_open(review: LegalReview) -> None:
    if not review.is_open:
        who = review.reviewer.full_name if review.reviewer else ""
        raise NotNow(
            _("This review is already %(state)s. %(who)s") % {"state": review.get_state_display(), "who": who},
            "§3.3",
            code="review_closed",
        )


def _must_be_the_text(review: LegalReview, text_sha256: str) -> None:
    if text_sha256 != review.text.sha256:
        raise NotNow(
            _("The text you were shown is not the text under review."),
            "§3.3",
            code="other_text",
            next_step=_("Open the page again and read the text that is under review now."),
        )


def _must_be_sound(review: LegalReview, contents: Mapping[str, PointContent]) -> None:
    if not contents:
        raise BadInput(_("Choose for at least one point whether something was found."), "§3.3")
    if unknown := set(contents) - set(REVIEW_POINTS):
        raise BadInput(_("Unknown point of the review: %(points)s") % {"points": ", ".join(sorted(unknown))}, "§3.3")
    lineages = set(review.text.clauses.values_list("lineage", flat=True))
    for code, content in contents.items():
        name = say(REVIEW_POINTS[code].name)
        if content.has_finding and not content.finding.strip():
            raise BadInput(_("“%(point)s”: say what was found.") % {"point": name}, "§3.3")
        if content.has_finding and content.clause_lineage and content.clause_lineage not in lineages:
            raise BadInput(_("“%(point)s”: this clause is not in the text.") % {"point": name}, "§3.3")


def _must_be_complete(review: LegalReview) -> None:
    recorded = set(review.points.values_list("point", flat=True))
    gaps = [
        Gap(
            _("“%(point)s” has neither a finding nor the word that there is none") % {"point": say(point.name)},
            point.article,
            code=f"point_{code}",
        )
        for code, point in REVIEW_POINTS.items()
        if code not in recorded
    ]
    if gaps:
        raise NotNow(
            _("The review cannot be closed yet: %(count)s of six points are open.") % {"count": len(gaps)},
            "§3.3",
            gaps=gaps,
            code="incomplete",
        )


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise BadInput(_("Say why the text goes back: the lead unit revises by it."), "§3.3")
