"""What experts say of the text under review (§3.3): named, with their words and the signed paper."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.models import Attachment
from agreements.services import attachments, lifecycle
from approvals.models import ExpertOpinion, LegalReview
from approvals.services.review.common import must_be_open
from core import clock
from core.errors import BadInput


def record(
    review: LegalReview,
    *,
    by: User,
    name: str,
    standing: str,
    agrees: bool,
    words: str,
    paper: File[Any],
    given_on: date,
    at: datetime | None = None,
) -> ExpertOpinion:
    """Record what an expert said, with the signed paper. Two opinions of one expert are two rows.

    Raises BadInput without a name, standing or words, for a day in the future, or for a file that is not taken;
    NotNow when the round is closed.
    """
    at = at or clock.now()
    name, standing, words = name.strip(), standing.strip(), words.strip()
    if not (name and standing and words):
        raise BadInput(_("Name the expert, the expert's standing, and what was said."), "§3.3")
    if given_on > clock.today(at):
        raise BadInput(_("The opinion cannot lie in the future."), "§3.3")
    agreement = review.agreement
    with transaction.atomic():
        lifecycle.lock(agreement)
        post = lifecycle.check(agreement, "review", by=by)
        review.refresh_from_db()
        must_be_open(review)
        row = ExpertOpinion.objects.create(
            review=review,
            name=name,
            standing=standing,
            agrees=agrees,
            words=words,
            paper=attachments.attach(agreement, Attachment.Kind.EXPERT, paper, by=by, subject_key=review.key),
            given_on=given_on,
            recorded_by=by,
            recorded_at=at,
        )
        lifecycle.act(
            agreement,
            "expert_opinion",
            actor=by.actor(post),
            on=clock.today(at),
            at=at,
            comment=words,
            text=review.text,
            payload={"round": review.round, "name": name, "agrees": agrees},
        )
    return row
