"""Is everything there before the approval, before its end, and before the signing? Every gap, with its article."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements import blockers as text_blockers
from agreements.models import Agreement
from agreements.services import opinions, texts
from approvals.models import LegalReview, Run, Step
from approvals.services import carrying, revising, runs
from approvals.services.reviewing import current
from core import clock
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
    """§3.4: no level is left out, none has decided on another text, and no revision is open; each is named."""
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
    yield from _on_another_text(run)
    yield from revision_blockers(agreement)


def _on_another_text(run: Run) -> Iterator[Gap]:
    """Yield the steps that are done without a last word in favour of the very text of the run, or of one that a rule
    carries to it."""
    words = carrying.last_words(run)
    for step in run.steps.filter(state__in=(Step.State.DONE, Step.State.SKIPPED)):
        word = words.get(step.pk)
        if word is None or not word.favourable or word.sha256 != run.sha256:
            yield Gap(
                _("“%(step)s” has not decided on this text") % {"step": step.label},
                "§3.4",
                _("An approval belongs to one text; another one is not approved by it."),
                code=f"text_{step.code}",
            )


def revision_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.4: what a meeting passed in principle is revised before anything else follows, the signing too."""
    revision = revising.under_way(agreement)
    if revision is not None:
        yield Gap(
            _("The revision the meeting ordered: it is %(state)s") % {"state": revision.get_state_display()},
            "§3.4",
            revision.words,
            reverse("approvals:revision-show", args=[agreement.public_id]),
            _("Look"),
            "revision",
        )


def revised_text_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§2, §3.2: a revised text holds what any text holds; where the resolution needs no change it is as it was."""
    yield from text_blockers.drafting_blockers(agreement)
    yield from text_blockers.screening_blockers(agreement)


def re_asked_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.2: the units that spoke to a changed clause have looked at it again or let the day pass; each word they had is
    answered. Silence is never consent."""
    revision = revising.under_way(agreement)
    round_ = revising.round_of(revision) if revision else None
    if round_ is None:
        return
    url = reverse("agreements:consultation-detail", args=[agreement.public_id, round_.public_id])
    if round_.due_on >= clock.today():
        for consulted in round_.consulted.filter(opinion=None).select_related("unit"):
            yield Gap(
                _("%(unit)s may still reply until %(day)s")
                % {"unit": consulted.unit.name, "day": round_.due_on.isoformat()},
                "§3.2",
                _("Silence is not consent: after the due date it is shown as no reply."),
                url,
                _("Look"),
                "re_asked",
            )
    if unanswered := opinions.unanswered(agreement):
        yield Gap(
            _("%(count)s opinion(s) without an answer") % {"count": unanswered},
            "§3.2",
            _("Each is adopted, adopted in part or not adopted, with the reason."),
            url,
            _("Answer"),
            "opinions_unanswered",
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
