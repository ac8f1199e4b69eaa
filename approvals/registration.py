"""What this app puts into the registries: verbs, to-dos, notices, words of its events, its part of the sync."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agreements import events, verbs
from agreements import rules as agreement_rules
from agreements.models import Agreement, Station, ToDo
from agreements.registration import page_url, todo_url
from agreements.services import clock, drafting, duties, notices
from agreements.services import papers as paper_names
from agreements.verbs import Verb
from approvals import (
    acts,
    blockers,
    meeting_words,
    pages,
    papers,
    review_papers,
    review_words,
    revision_registration,
    route_papers,
    rules,
    run_rules,
    run_words,
    supplement_papers,
)
from approvals.models import (
    Assignment,
    CompletenessCheck,
    LegalReview,
    PartyCommitteeReport,
    Step,
    Supplement,
)
from approvals.operations import copying, intervening, recording, signing_on, urging
from approvals.operations import meeting_way as meeting_acts
from approvals.operations import pausing as pausing_acts
from approvals.operations import returning as returning_acts
from approvals.operations import terminating as terminating_acts
from approvals.services import escalating, pausing, phrases, redirecting, reviewing, revising, runs, sync, telling
from approvals.services.review import findings
from approvals.services.review.common import open_supplement
from core import panels
from core import sync as regulation_sync
from core.panels import Panel


def register() -> None:
    """Fill the registries; called once, when the app is ready."""
    _verbs()
    _duties()
    _todos()
    _events()
    escalating.register()
    clock.register("stuck_steps", redirecting.sweep)
    revision_registration.register()
    meeting_words.register()
    paper_names.register(papers.KIND, gettext_lazy("Approval sheet"))
    paper_names.register(route_papers.KIND, gettext_lazy("Route of approval"))
    paper_names.register(papers.COUNTERSIGN, gettext_lazy("Countersignature sheet"))
    panels.register(
        Panel("approval", gettext_lazy("Approval"), 30, "approvals/panel-approval.html", pages.count, pages.panel)
    )
    panels.register_links(pages.links)
    paper_names.register(review_papers.KIND, gettext_lazy("Opinion of the legal review"))
    paper_names.register(supplement_papers.KIND, gettext_lazy("Supplement notice"))
    notices.register(
        "supplement_asked",
        lambda p: (
            _("“%(title)s”: %(who)s asks for a supplement by %(due_on)s; the clock of the review stands still") % p
        ),
    )
    notices.register(
        "joint_urged", lambda p: _("The joint review of “%(title)s” is urged; your answer is asked by %(due_on)s") % p
    )
    for act in (*signing_on.ACTS, *copying.ACTS, *urging.ACTS, *recording.ACTS):
        acts.register(act)
    for topic in (signing_on, copying, urging, recording, intervening):
        topic.register()
    notices.register("approved", lambda p: _("“%(title)s” has been approved and can be signed") % p)
    regulation_sync.register(sync.sync)
    for act in (*returning_acts.ACTS, *terminating_acts.ACTS, *pausing_acts.ACTS, *meeting_acts.ACTS):
        acts.register(act)
    _run_notices()
    clock.register("pauses", pausing.sweep)
    regulation_sync.register(phrases.sync)


def _verbs() -> None:
    for verb in (
        Verb(
            "section_opinion",
            gettext_lazy("Record the opinion of the unit's legal section"),
            "§3.3",
            agreement_rules.may_edit,
            page_url("approvals:section-record"),
            56,
            stations=(Station.DRAFTING,),
            main=False,
        ),
        Verb(
            "answer_findings",
            gettext_lazy("Answer what the review found"),
            "§3.3",
            rules.may_answer_for_lead,
            page_url("approvals:finding-answer"),
            45,
            stations=(Station.DRAFTING, Station.LEGAL_REVIEW),
            offered=_some_finding_waits,
        ),
        Verb(
            "supply",
            gettext_lazy("Supply what is missing"),
            "§3.3",
            rules.may_answer_for_lead,
            _supplement_url,
            46,
            stations=(Station.LEGAL_REVIEW,),
            offered=_some_supplement_waits,
        ),
        Verb(
            "check",
            gettext_lazy("Check whether it is complete"),
            "§3.3",
            rules.may_check,
            page_url("approvals:completeness-edit"),
            49,
            stations=(Station.LEGAL_REVIEW,),
            offered=_check_is_open,
        ),
        Verb(
            "review",
            gettext_lazy("Review"),
            "§3.3",
            rules.may_review,
            page_url("approvals:review-edit"),
            50,
            stations=(Station.LEGAL_REVIEW,),
            offered=_review_is_open,
        ),
        Verb(
            "open_approval",
            gettext_lazy("Present for approval"),
            "§3.4",
            rules.may_present,
            page_url("approvals:approval-open"),
            51,
            transition="open_approval",
            blockers=[blockers.presenting_blockers],
        ),
        Verb(
            "send_back_from_review",
            gettext_lazy("Send back"),
            "§3.3",
            rules.may_send_back_from_review,
            page_url("approvals:review-send-back"),
            52,
            transition="send_back_from_review",
            main=False,
            duties=[reviewing.end_review, drafting.enter_drafting],
        ),
        Verb(
            "decide",
            pgettext_lazy("verb", "Decide"),
            "§3.4",
            rules.may_decide,
            _decision_url,
            53,
            stations=(Station.APPROVAL,),
            offered=_a_step_is_decided_on,
        ),
        Verb(
            "approve",
            gettext_lazy("Approve"),
            "§3.4",
            rules.may_decide,
            _decision_url,
            54,
            transition="approve",
            blockers=[blockers.approval_blockers],
            duties=[runs.end_run, runs.tell_approved],
            offered=_only_the_end_is_left,
        ),
        Verb(
            "send_back_from_approval",
            gettext_lazy("Send back"),
            "§3.4",
            rules.may_decide,
            _decision_url,
            55,
            transition="send_back_from_approval",
            main=False,
            duties=[runs.end_run, drafting.enter_drafting],
        ),
        Verb(
            "terminate_run",
            gettext_lazy("End the approval"),
            "§3.4",
            run_rules.may_terminate_run,
            terminating_acts.url_of,
            57,
            transition="terminate_run",
            main=False,
            offered=lambda agreement: False,  # an operation on the run offers it, with its form
            duties=[runs.end_run, drafting.enter_drafting, telling.run_ended],
        ),
        Verb(
            "party_report",
            gettext_lazy("Record the report to the Party committee"),
            "§3.4",
            rules.may_record_report,
            page_url("approvals:party-report"),
            56,
            stations=(Station.APPROVAL, Station.SIGNING),
            offered=_report_is_due,
        ),
        Verb(
            "see_route",
            gettext_lazy("See the route of approval"),
            "§3.4",
            rules.may_see_route,
            page_url("approvals:route-show"),
            57,
            stations=(Station.PREPARATION, Station.DRAFTING, Station.LEGAL_REVIEW),
            main=False,
        ),
    ):
        verbs.register(verb)


def _duties() -> None:
    verbs.add_duties("submit_for_review", reviewing.open_review)
    for code in ("submit_for_review", "hand_to_head"):
        verbs.add_blockers(code, blockers.answer_blockers, blockers.section_blockers, blockers.counterpart_blockers)
        verbs.get(code).advisers.append(blockers.section_advice)
    verbs.add_duties("recall", runs.end_run, reviewing.end_review, reviewing.present_again)
    verbs.add_duties("withdraw", runs.end_run, reviewing.end_review)


def _todos() -> None:
    for kind in (
        duties.Kind(
            "check",
            gettext_lazy("Check whether the submission is complete"),
            gettext_lazy("Check"),
            todo_url("approvals:completeness-edit"),
            "§3.3",
        ),
        duties.Kind(
            "supply",
            gettext_lazy("Supply what is missing in the submission"),
            gettext_lazy("Supply"),
            lambda todo: reverse("approvals:supplement-edit", args=[todo.params["supplement"]]),
            "§3.3",
        ),
        duties.Kind(
            "joint_review",
            gettext_lazy("Review the text for the unit"),
            gettext_lazy("Answer"),
            lambda todo: reverse("approvals:joint-answer", args=[todo.params["joint"]]),
            "§3.3",
        ),
        duties.Kind(
            "answer_findings",
            gettext_lazy("Answer what the review found"),
            gettext_lazy("Answer"),
            todo_url("approvals:finding-answer"),
            "§3.3",
        ),
        duties.Kind(
            "review",
            gettext_lazy("Review the six points and conclude"),
            gettext_lazy("Review"),
            todo_url("approvals:review-edit"),
            "§3.3",
        ),
        duties.Kind(
            "present",
            gettext_lazy("Present the reviewed text for approval"),
            gettext_lazy("Present"),
            todo_url("approvals:approval-open"),
            "§3.4",
        ),
        duties.Kind(
            "decide",
            gettext_lazy("Decide on the text"),
            pgettext_lazy("verb", "Decide"),
            _assignment_url,
            "§3.4",
            of_approval=True,
        ),
        duties.Kind(
            "advise",
            gettext_lazy("Give advice on the text"),
            gettext_lazy("Advise"),
            _assignment_url,
            "§3.4",
            of_approval=True,
        ),
        duties.Kind(
            "meeting",
            gettext_lazy("Take the text to the meeting and record its minutes"),
            gettext_lazy("Record the minutes"),
            _assignment_url,
            "§3.4",
            of_approval=True,
        ),
        duties.Kind(
            "party_report",
            gettext_lazy("Report the matter to the Party committee"),
            gettext_lazy("Record the report"),
            todo_url("approvals:party-report"),
            "§3.4",
        ),
    ):
        duties.register(kind)


def _events() -> None:
    for code, label, detail in (
        ("section_opinion", gettext_lazy("recorded the opinion of the unit's legal section"), review_words.section),
        ("check_complete", gettext_lazy("found the submission complete; the review begins"), review_words.plain),
        ("ask_supplement", gettext_lazy("asked for a supplement"), review_words.supplement),
        ("supply", gettext_lazy("supplied what was missing"), review_words.supplement),
        ("send_supplement", gettext_lazy("sent the supplement"), review_words.supplement),
        ("ask_joint", gettext_lazy("asked units to review with the legal affairs office"), review_words.units),
        ("drop_joint", gettext_lazy("left a proposed joint reviewer out"), review_words.units),
        ("answer_joint", gettext_lazy("answered as joint reviewer"), review_words.joint_answer),
        ("go_on_without", gettext_lazy("went on without the answer of a unit"), review_words.units),
        ("urge_joint", gettext_lazy("urged a joint reviewer"), review_words.units),
        ("expert_opinion", gettext_lazy("recorded the opinion of an expert"), review_words.expert),
        ("stop_review", gettext_lazy("stopped the clock of the review"), review_words.stop),
        ("resume_review", gettext_lazy("let the clock of the review go on"), review_words.plain),
        ("look_at_kept", gettext_lazy("looked at wordings kept against the screening"), review_words.excerpts),
        ("answer_findings", gettext_lazy("answered findings of the review"), review_words.answers),
        ("judge_finding", gettext_lazy("judged the answer to a finding"), review_words.judgement),
        ("review_points", gettext_lazy("recorded points of the review"), run_words.points),
        ("close_review", gettext_lazy("closed the legal review"), run_words.conclusion),
        ("send_back_from_review", gettext_lazy("sent the text back from review"), run_words.conclusion),
        ("open_approval", gettext_lazy("presented the agreement for approval"), run_words.forum),
        ("approve_step", gettext_lazy("approved the step"), run_words.step),
        ("approve_part", gettext_lazy("approved; others on the step still decide"), run_words.step),
        ("disagree", gettext_lazy("disagreed"), run_words.step),
        ("return_to_step", gettext_lazy("sent the text back to a passed step"), run_words.step),
        ("present_again", gettext_lazy("presented the agreement again"), run_words.step),
        ("take_back", gettext_lazy("took the own decision back"), run_words.step),
        ("terminate_run", gettext_lazy("ended the approval"), run_words.step),
        ("take_to_meeting", gettext_lazy("took the matter to a meeting"), run_words.step),
        ("back_to_sign_off", gettext_lazy("took the matter back to sign-off"), run_words.step),
        ("meeting_deferred", gettext_lazy("recorded that the meeting deferred the matter"), run_words.step),
        ("meeting_withdrawn", gettext_lazy("recorded that the topic was withdrawn at the meeting"), run_words.step),
        ("approve", gettext_lazy("approved; the agreement can be signed"), run_words.step),
        ("send_back_from_approval", gettext_lazy("sent the text back from approval"), run_words.step),
        (redirecting.REDIRECT, gettext_lazy("moved the step to the General Office"), run_words.step),
        ("route_step_added", gettext_lazy("put a step on the route"), run_words.route_step),
        ("route_step_changed", gettext_lazy("changed a step of the route"), run_words.route_step),
        ("route_step_retired", gettext_lazy("took a step off the route"), run_words.route_step),
        ("forum_rule_added", gettext_lazy("put a rule about meetings in use"), run_words.forum),
        ("forum_rule_changed", gettext_lazy("changed a rule about meetings"), run_words.forum_rule),
        ("forum_rule_retired", gettext_lazy("took a rule about meetings out of use"), run_words.forum),
    ):
        events.register(code, label, detail)
    # Whoever acted before may still take the own act back after these: they settle nothing.
    for code, label, detail in (
        ("party_report", gettext_lazy("recorded the report to the Party committee"), run_words.report),
        ("pause_run", gettext_lazy("paused the approval"), run_words.step),
        ("resume_run", gettext_lazy("let the approval go on"), run_words.step),
    ):
        events.register(code, label, detail, passive=True)


def _run_notices() -> None:
    for code, wording in (
        (
            telling.NOT_ASKED,
            lambda p: _("“%(title)s” no longer lies with you: %(who)s has acted on the step. %(comment)s") % p,
        ),
        (
            telling.TAKEN_BACK,
            lambda p: _("“%(title)s” no longer lies with you: %(who)s took the own decision back. %(comment)s") % p,
        ),
        (
            telling.RUN_ENDED,
            lambda p: _("%(who)s has ended the approval of “%(title)s”; it goes back to drafting. %(comment)s") % p,
        ),
        (
            pausing.DUE,
            lambda p: _("The approval of “%(title)s” was paused until %(day)s: look at it again. %(comment)s") % p,
        ),
    ):
        notices.register(code, wording)


# ---------------------------------------------------------------------- when a verb is offered


def _review_is_open(agreement: Agreement) -> bool:
    return LegalReview.objects.filter(agreement=agreement, state=LegalReview.State.OPEN).exists()


def _check_is_open(agreement: Agreement) -> bool:
    return CompletenessCheck.objects.filter(agreement=agreement, state=CompletenessCheck.State.OPEN).exists()


def _some_supplement_waits(agreement: Agreement) -> bool:
    return Supplement.objects.filter(agreement=agreement, state=Supplement.State.OPEN).exists()


def _some_finding_waits(agreement: Agreement) -> bool:
    return bool(findings.unanswered(agreement))


def _some_step_waits(agreement: Agreement) -> bool:
    return Step.objects.filter(run__agreement=agreement, run__state="open", state=Step.State.WAITING).exists()


def _a_step_is_decided_on(agreement: Agreement) -> bool:
    return _some_step_waits(agreement) and revising.under_way(agreement) is None


def _only_the_end_is_left(agreement: Agreement) -> bool:
    return not _some_step_waits(agreement) and revising.under_way(agreement) is None


def _report_is_due(agreement: Agreement) -> bool:
    return agreement.is_major and not PartyCommitteeReport.objects.filter(agreement=agreement).exists()


# ---------------------------------------------------------------------- where things are done


def _supplement_url(agreement: Agreement) -> str:
    """Return the address of the supplement that is asked for; without one, the agreement's own page."""
    supplement = open_supplement(agreement)
    if supplement is None:
        return agreement.get_absolute_url()
    return reverse("approvals:supplement-edit", args=[supplement.public_id])


def _assignment_url(todo: ToDo) -> str:
    return reverse("approvals:decision-edit", args=[todo.params["assignment"]])


def _decision_url(agreement: Agreement) -> str:
    """Return the address of the open step; without one, the agreement's own page."""
    assignment = Assignment.objects.filter(
        step__run__agreement=agreement, step__run__state="open", closed_at=None
    ).first()
    if assignment is None:
        return agreement.get_absolute_url()
    return reverse("approvals:decision-edit", args=[assignment.public_id])
