"""The lead unit's own legal section speaks first (§3.3): its opinion is recorded before the draft is submitted."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.models import Agreement, Attachment
from agreements.services import access, attachments, lifecycle, texts
from approvals.models import ReviewSetting, SectionOpinion
from core import clock
from core.errors import BadInput
from regulation.review_practice import SECTION_CONCLUSIONS

VERB = "section_opinion"
NO_SECTION = "no_section"
OBJECTS = "object"


def is_required(agreement: Agreement) -> bool:
    """Tell whether the agreement's authority asks for the opinion before the submission; by default it is advised."""
    return ReviewSetting.objects.filter(authority=agreement.authority_id, section_required=True).exists()


def latest(agreement: Agreement) -> SectionOpinion | None:
    """Return the last opinion of the lead unit's legal section; None where it has not spoken."""
    return agreement.section_opinions.select_related("text", "paper").order_by("-pk").first()


def covers_the_text(opinion: SectionOpinion) -> bool:
    """Tell whether nothing was written since the opinion. Saves are counted on from version to version."""
    text = texts.current(opinion.agreement)
    return text is not None and text.edition == opinion.edition


def record(
    agreement: Agreement,
    *,
    by: User,
    conclusion: str,
    given_on: date,
    section: str = "",
    person: str = "",
    words: str = "",
    paper: File[Any] | None = None,
    at: datetime | None = None,
) -> SectionOpinion:
    """Record what the unit's own legal section said of the draft: who, when, the conclusion, words or the paper; or
    that the unit has none. A later opinion takes the place of an earlier one, which stays.

    Raises Refused for anyone but the lead unit's staff; BadInput without a name, without words or a paper, or for a
    day in the future; NotNow where the draft is not open.
    """
    at = at or clock.now()
    section, person, words = section.strip(), person.strip(), words.strip()
    if conclusion not in SECTION_CONCLUSIONS:
        raise BadInput(_("Choose what the unit's legal section concluded."), "§3.3")
    if conclusion != NO_SECTION and not (section and person):
        raise BadInput(_("Name the legal section and who signed its opinion."), "§3.3")
    if conclusion != NO_SECTION and not words and paper is None:
        raise BadInput(_("Give the opinion in words, or attach the paper."), "§3.3")
    if conclusion == NO_SECTION and not words:
        raise BadInput(_("Say who looked at the draft instead of a legal section."), "§3.3")
    if given_on > clock.today(at):
        raise BadInput(_("The opinion cannot lie in the future."), "§3.3")
    with transaction.atomic():
        lifecycle.lock(agreement)
        post = lifecycle.check(agreement, VERB, by=by)
        text = texts.working(agreement)
        if text is None:
            raise texts.closed()
        row = SectionOpinion.objects.create(
            agreement=agreement,
            text=text,
            edition=text.edition,
            section=section,
            person=person,
            given_on=given_on,
            conclusion=conclusion,
            words=words,
            paper=attachments.attach(agreement, Attachment.Kind.LEGAL_OPINION, paper, by=by, subject_key="section")
            if paper is not None
            else None,
            recorded_by=by,
            recorded_at=at,
        )
        access.grant(agreement, access.DRAFTED, user=by)
        lifecycle.act(
            agreement,
            VERB,
            actor=by.actor(post),
            on=clock.today(at),
            at=at,
            comment=words,
            payload={"conclusion": conclusion, "section": section, "person": person, "text": text.number},
        )
    return row
