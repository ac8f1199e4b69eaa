"""Is everything there before the approval, before its end, and before the signing? Every gap, with its article."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import Agreement, OpinionPoint, Standing
from agreements.services import texts
from approvals.models import LegalReview, Revision, Step, Topic
from approvals.services import runs
from approvals.services.reviewing import current
from core.verdicts import Gap


def presenting_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.3, §3.4: the review of exactly this text is closed as lawful, and the nature that decides is given."""
    review = current(agreement)
    text = texts.current(agreement)
    if review is None or text is None or review.state != LegalReview.State.CLOSED or review.text.sha256 != text.sha256:
        yield Gap(
            _("The legal review of this text"),
            "§3.3",
            _("Six points are reviewed and closed before an agreement is presented."),
            reverse("approvals:review-edit", args=[agreement.public_id]),
            _("To the review"),
            "review",
        )
    if not agreement.natures.exists():
        yield Gap(
            _("Nature of the matter"),
            "§3.4",
            _("It decides between sign-off and a meeting. Send the text back so that the lead unit gives it."),
            code="natures",
        )


def approval_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.4: no level is left out; each step that still follows is named."""
    run = runs.current(agreement)
    if run is None:
        yield Gap(_("An approval that is under way"), "§3.4", code="run")
        return
    for step in runs.waiting(run):
        yield Gap(
            _("“%(step)s” has not decided yet") % {"step": step.label},
            "§3.4",
            _("The steps follow one another; none is left out."),
            code=f"step_{step.code}",
        )


def party_report_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.4: a major cooperation matter has been reported to the Party committee before it is signed."""
    if agreement.is_major and not hasattr(agreement, "party_committee_report"):
        yield Gap(
            _("The report to the Party committee"),
            "§3.4",
            _("The General Office reports a major cooperation matter to the municipal Party committee."),
            reverse("approvals:party-report", args=[agreement.public_id]),
            _("To the report"),
            "party_report",
        )


def topic_blockers(topics: Collection[Topic]) -> dict[int, list[Gap]]:
    """§3.3, §3.4: of each topic, by its id, what is missing before it may stand on an agenda: the legal review of its
    very text is closed, no opinion is unanswered, it is about the text under approval. Three queries for any number.
    """
    cases = {topic.run.agreement_id for topic in topics}
    reviewed = set(
        LegalReview.objects.filter(agreement__in=cases, state=LegalReview.State.CLOSED).values_list(
            "agreement", "text__sha256"
        )
    ) | set(
        Revision.objects.filter(
            run__agreement__in=cases, state=Revision.State.CLOSED, certified=True, after__isnull=False
        ).values_list("run__agreement", "after__sha256")
    )
    rows = (
        OpinionPoint.objects.filter(agreement__in=cases, answer=None).values_list("agreement").annotate(n=Count("pk"))
    )
    unanswered = dict(rows)
    return {topic.pk: list(_topic_gaps(topic, reviewed, unanswered.get(topic.run.agreement_id, 0))) for topic in topics}


def _topic_gaps(topic: Topic, reviewed: set[tuple[int, str]], unanswered: int) -> Iterator[Gap]:
    run = topic.run
    agreement = run.agreement
    if topic.step.state != Step.State.OPEN or agreement.standing != Standing.ACTIVE:
        yield Gap(
            _("An approval that waits for this meeting"),
            "§3.4",
            _("The approval went another way; withdraw the topic."),
            agreement.get_absolute_url(),
            _("To the agreement"),
            "step",
        )
    if (agreement.pk, run.sha256) not in reviewed:
        yield Gap(
            _("The legal review of this text"),
            "§3.3",
            _("A matter enters an agenda only when the review of its very text is closed."),
            reverse("approvals:review-edit", args=[agreement.public_id]),
            _("To the review"),
            "review",
        )
    if unanswered:
        yield Gap(
            _("%(count)s opinion(s) without an answer") % {"count": unanswered},
            "§3.2",
            _("Each is adopted, adopted in part or not adopted, with the reason."),
            reverse("agreements:opinion-list", args=[agreement.public_id]),
            _("Look"),
            "opinions_unanswered",
        )
    if topic.sha256 != run.sha256:
        yield Gap(
            _("The text under approval has changed since the topic was made"),
            "§3.4",
            _("Fill the topic in anew."),
            reverse("meetings:topic-edit", args=[topic.public_id]),
            _("Fill in anew"),
            "other_text",
        )
