"""What is still open in a review: it is asked before the round closes, and again before the presentation (§3.3)."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import Agreement
from agreements.services import findings as screening
from agreements.services.findings import Line
from approvals.models import JointReview, LegalReview, ScreeningLook
from approvals.services.review import findings
from approvals.services.review.common import LAWFUL, open_supplement
from approvals.services.review.findings import Standing, Status
from core.verdicts import Gap
from core.wording import say
from regulation.review import REVIEW_POINTS

SHORT = 40


def short(words: str) -> str:
    """Return words short enough for a line of a list."""
    return words if len(words) <= SHORT else f"{words[: SHORT - 1]}…"


def supplement_gaps(agreement: Agreement) -> Iterator[Gap]:
    """A supplement that is asked for has come."""
    if supplement := open_supplement(agreement):
        yield Gap(
            _("Supplement %(number)s, asked of the lead unit") % {"number": supplement.number},
            "§3.3",
            _("What was asked for comes first."),
            code="supplement",
        )


def joint_gaps(review: LegalReview) -> Iterator[Gap]:
    """Every department that was proposed is asked or left out with a reason; who is asked has answered, or a reason is
    on record for going on without. Silence is no consent."""
    url = f"{reverse('approvals:review-edit', args=[review.agreement.public_id])}#joint"
    for row in review.joint.select_related("unit"):
        name = row.unit.short if row.unit else row.topic_label
        if row.state == JointReview.State.PROPOSED:
            yield Gap(
                _("%(unit)s: to be asked, or left out with a reason") % {"unit": name},
                "§3.3",
                _("The text touches its subject."),
                url,
                _("To the joint reviewers"),
                "joint_proposed",
            )
        elif row.waits:
            yield Gap(
                _("%(unit)s has not answered") % {"unit": name},
                "§3.3",
                _("Silence is no consent: wait, urge, or write why the review goes on without."),
                url,
                _("To the joint reviewers"),
                "joint_unanswered",
            )


def point_gaps(review: LegalReview) -> Iterator[Gap]:
    """Each of the six points has a finding, or the word that there is none."""
    recorded = set(review.points.values_list("point", flat=True))
    for code, point in REVIEW_POINTS.items():
        if code not in recorded:
            yield Gap(
                _("“%(point)s” has neither a finding nor the word that there is none") % {"point": say(point.name)},
                point.article,
                code=f"point_{code}",
            )


def unlooked(review: LegalReview) -> list[Line]:
    """Return the wordings that were kept against the screening, whose reasons nobody looked at yet."""
    kept = screening.of_version(review.agreement, review.text).kept
    looked = set(
        ScreeningLook.objects.filter(review__agreement=review.agreement_id).values_list("answer_id", flat=True)
    )
    return [line for line in kept if line.answer and line.answer.pk not in looked]


def screening_gaps(review: LegalReview) -> Iterator[Gap]:
    """§1.2: what was kept against the screening, with its reason, is looked at."""
    for line in unlooked(review):
        yield Gap(
            _("Kept against the screening, not looked at: “%(words)s”") % {"words": short(line.found.excerpt)},
            line.found.article,
            code="screening_look",
        )


def finding_gaps(found: list[Standing], *, conclusion: str) -> Iterator[Gap]:
    """Answers are judged; and no text is lawful while a finding of high risk stands."""
    for one in found:
        words = {"finding": short(one.finding.body)}
        if one.status == Status.ANSWERED:
            yield Gap(
                _("The answer to “%(finding)s” is not judged") % words,
                "§3.3",
                _("Accept the answer, or maintain the finding."),
                code="finding_unjudged",
            )
        if conclusion == LAWFUL and one.finding.risk == "high" and one.status != Status.ACCEPTED:
            yield Gap(
                _("“%(finding)s” is of high risk and stands") % words,
                "§3.3",
                _("A text with a high risk that is not mended cannot be concluded as lawful (own rule)."),
                code="high_risk",
            )


def closing_gaps(review: LegalReview, conclusion: str) -> list[Gap]:
    """Return everything that is open in a round before its conclusion. A text that is lawful waits for all of it; one
    that goes back only for the six points."""
    gaps = list(point_gaps(review))
    if conclusion == LAWFUL:
        gaps += [
            *finding_gaps(findings.of(review.agreement), conclusion=conclusion),
            *screening_gaps(review),
            *joint_gaps(review),
            *supplement_gaps(review.agreement),
        ]
    return gaps


def presenting_gaps(review: LegalReview) -> Iterator[Gap]:
    """What a closed lawful round may still leave open before the presentation."""
    yield from supplement_gaps(review.agreement)
    yield from joint_gaps(review)
    for one in findings.unanswered(review.agreement):
        yield Gap(
            _("The lead unit's answer to “%(finding)s”") % {"finding": short(one.finding.body)},
            "§3.3",
            _("Every finding is answered before an agreement is presented."),
            code="finding_unanswered",
        )
