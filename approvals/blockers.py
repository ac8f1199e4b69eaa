"""Is everything there before the approval, before its end, and before the signing? Every gap, with its article."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Post
from accounts.posts import post_in, post_of
from agreements import blockers as text_blockers
from agreements import opinion_blockers
from agreements.gaps import lies_with, mended_by
from agreements.models import Agreement, OpinionPoint, Standing
from agreements.services import texts
from approvals import rules
from approvals.models import LegalReview, Revision, Run, Step, Topic
from approvals.models.run import PRESENTS
from approvals.services import carrying, changed_text, party_committee, recording, revising, runs
from approvals.services.review import findings, gates, section
from approvals.services.review.common import lawful_review
from core.verdicts import Gap


def presenting_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.3, §3.4: the review of exactly this text is closed as lawful, and the nature that decides is given."""
    text = texts.current(agreement)
    review = lawful_review(agreement, text)
    if review is None:
        gap = Gap(
            _("The legal review of this text"),
            "§3.3",
            _("Six points are reviewed and closed before an agreement is presented."),
            reverse("approvals:review-edit", args=[agreement.public_id]),
            _("To the review"),
            "review",
        )
        yield _of_review(gap, agreement)
    else:
        yield from (_of_review(gap, agreement) for gap in gates.presenting_gaps(review))
    yield from changed_text.unit_gaps(agreement)
    if not agreement.natures.exists():
        yield Gap(
            _("Nature of the matter"),
            "§3.4",
            _("It decides between sign-off and a meeting. Send the text back so that the lead unit gives it."),
            code="natures",
        )


def _of_review(gap: Gap, agreement: Agreement) -> Gap:
    return mended_by(gap, agreement, "review", lambda: post_of(agreement.authority, "legal") or _office(agreement))


def _office(agreement: Agreement) -> Post | None:
    return post_of(agreement.authority, PRESENTS)


def answer_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.3: every finding of the review is answered before the text is submitted again."""
    for one in findings.unanswered(agreement):
        yield Gap(
            _("Answer to the review: “%(finding)s”") % {"finding": gates.short(one.finding.body)},
            "§3.3",
            _("Say what became of it: changed, in part, or kept with a reason."),
            f"{reverse('approvals:finding-answer', args=[agreement.public_id])}#finding-{one.finding.public_id}",
            _("Answer it"),
            "finding_unanswered",
            open_to=lambda user: bool(rules.may_answer_for_lead(user, agreement)),
            lies_with=lambda: lies_with(post_in(agreement.lead_unit, "officer")),
        )


def counterpart_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.3: what changed in substance after a return from approval is agreed with the counterpart again."""
    yield from changed_text.counterpart_gaps(agreement)


def section_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.3: the unit's own legal section has spoken to exactly these words, where the authority asks for it."""
    if section.is_required(agreement):
        yield from _section_gaps(agreement)


def section_advice(agreement: Agreement) -> Iterator[Gap]:
    """§3.3: the unit's own legal section had better speak first; where the authority does not ask, it is advice."""
    if not section.is_required(agreement):
        yield from _section_gaps(agreement)


def _section_gaps(agreement: Agreement) -> Iterator[Gap]:
    url = reverse("approvals:section-record", args=[agreement.public_id])
    opinion = section.latest(agreement)
    if opinion is None:
        yield Gap(
            _("The opinion of the unit's own legal section"),
            "§3.3",
            _("It looks at a draft before the legal affairs office does; a unit without one says so (own rule)."),
            url,
            _("Record it"),
            "section",
        )
    elif opinion.conclusion == section.OBJECTS:
        yield Gap(
            _("The unit's own legal section objects to the draft"),
            "§3.3",
            _("Change the draft by its opinion and let it look again."),
            url,
            _("Record it"),
            "section_objects",
        )
    elif not section.covers_the_text(opinion):
        yield Gap(
            _("The draft was changed after the unit's own legal section looked at it"),
            "§3.3",
            _("Let it look at the words as they are now."),
            url,
            _("Record it"),
            "section_old",
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
    yield from _objected(run)


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
    yield from changed_text.round_gaps(round_)


def record_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.4: nothing is signed while a leader objects to a decision that was recorded in the leader's place."""
    run = runs.latest(agreement)
    if run is not None:
        yield from _objected(run)


def _objected(run: Run) -> Iterator[Gap]:
    for row in recording.objected(run):
        gap = Gap(
            _("The record of “%(step)s”, to which %(name)s objects")
            % {"step": row.decision.assignment.step.label, "name": row.principal.full_name},
            "§3.4",
            _("A record is not the leader's own act: the step is decided anew, or the leader confirms the record."),
            code="record_objected",
        )
        if run.state == Run.State.PASSED:
            url = reverse("approvals:run-act", args=[run.public_id, "reopen_approval"])
            gap = replace(gap, url=url, action=_("Open the step again"))
            gap = mended_by(gap, run.agreement, "reopen_approval", lambda: _office(run.agreement))
        yield gap


def record_advice(agreement: Agreement) -> Iterator[Gap]:
    """§3.4: what was recorded from paper and is not confirmed yet is better confirmed before the signing."""
    run = runs.latest(agreement)
    for row in recording.unconfirmed(run) if run is not None else ():
        yield Gap(
            _("%(name)s has not confirmed yet what was recorded from paper for “%(step)s”")
            % {"step": row.decision.assignment.step.label, "name": row.principal.full_name},
            "§3.4",
            _("The paper stands with its scan; it does not look like the leader's own act before."),
            code="record_unconfirmed",
        )


def party_report_blockers(agreement: Agreement) -> Iterator[Gap]:
    """§3.4: a major cooperation matter has been reported to the Party committee before it is signed."""
    if agreement.is_major and not hasattr(agreement, "party_committee_report"):
        gap = Gap(
            _("The report to the Party committee"),
            "§3.4",
            _("The General Office reports a major cooperation matter to the %(committee)s.")
            % {"committee": party_committee.committee_of(agreement)},
            reverse("approvals:party-report", args=[agreement.public_id]),
            _("To the report"),
            "party_report",
        )
        yield mended_by(gap, agreement, "party_report", lambda: _office(agreement))


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
        Revision.objects.filter(run__agreement__in=cases, state=Revision.State.CLOSED, after__isnull=False).values_list(
            "run__agreement", "after__sha256"
        )
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
        gap = Gap(
            _("The legal review of this text"),
            "§3.3",
            _("A matter enters an agenda only when the review of its very text is closed."),
            reverse("approvals:review-edit", args=[agreement.public_id]),
            _("To the review"),
            "review",
        )
        yield _of_review(gap, agreement)
    if unanswered:
        url = reverse("agreements:opinion-list", args=[agreement.public_id])
        yield opinion_blockers.unanswered_gap(unanswered, url, _("Look"))
    if topic.sha256 != run.sha256:
        yield Gap(
            _("The text under approval has changed since the topic was made"),
            "§3.4",
            _("Fill the topic in anew."),
            reverse("meetings:topic-edit", args=[topic.public_id]),
            _("Fill in anew"),
            "other_text",
            open_to=lambda user: bool(rules.may_run_meetings(user, agreement.authority)),
            lies_with=lambda: lies_with(_office(agreement)),
        )
