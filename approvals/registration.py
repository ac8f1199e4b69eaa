"""What this app puts into the registries: verbs, to-dos, notices, words of its events, its part of the sync."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agreements import events, verbs
from agreements.models import Agreement, Station, ToDo
from agreements.registration import page_url, todo_url
from agreements.services import drafting, duties, notices
from agreements.services import papers as paper_names
from agreements.verbs import Verb
from approvals import acts, blockers, pages, papers, rules
from approvals.models import Assignment, LegalReview, MeetingResult, PartyCommitteeReport, Step
from approvals.models.run import name_of
from approvals.operations import copying, intervening, recording, signing_on, urging
from approvals.services import reviewing, runs, sync
from core import panels
from core import sync as regulation_sync
from core.panels import Panel
from core.wording import say
from regulation.records import Forum
from regulation.review import REVIEW_CONCLUSIONS, REVIEW_POINTS
from regulation.routes import FORUMS


def register() -> None:
    """Fill the registries; called once, when the app is ready."""
    _verbs()
    _duties()
    _todos()
    _events()
    paper_names.register(papers.KIND, gettext_lazy("Approval sheet"))
    panels.register(
        Panel("approval", gettext_lazy("Approval"), 30, "approvals/panel-approval.html", pages.count, pages.panel)
    )
    for act in (*signing_on.ACTS, *copying.ACTS, *urging.ACTS, *recording.ACTS):
        acts.register(act)
    for topic in (signing_on, copying, urging, recording, intervening):
        topic.register()
    notices.register("approved", lambda p: _("“%(title)s” has been approved and can be signed") % p)
    regulation_sync.register(sync.sync)


def _verbs() -> None:
    for verb in (
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
            offered=_some_step_waits,
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
            offered=_no_step_waits,
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
            rules.may_decide,
            _decision_url,
            57,
            transition="terminate_run",
            main=False,
            duties=[runs.end_run, drafting.enter_drafting],
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
    ):
        verbs.register(verb)


def _duties() -> None:
    verbs.add_duties("submit_for_review", reviewing.open_review)
    verbs.add_duties("recall", runs.end_run, reviewing.end_review, reviewing.present_again)
    verbs.add_duties("withdraw", runs.end_run, reviewing.end_review)


def _todos() -> None:
    for kind in (
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
            "decide", gettext_lazy("Decide on the text"), pgettext_lazy("verb", "Decide"), _assignment_url, "§3.4"
        ),
        duties.Kind("advise", gettext_lazy("Give advice on the text"), gettext_lazy("Advise"), _assignment_url, "§3.4"),
        duties.Kind(
            "revise",
            gettext_lazy("Revise the text as the meeting resolved"),
            pgettext_lazy("verb", "Revise"),
            _revision_url,
            "§3.4",
        ),
        duties.Kind(
            "meeting",
            gettext_lazy("Take the text to the meeting and record its minutes"),
            gettext_lazy("Record the minutes"),
            _assignment_url,
            "§3.4",
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
        ("review_points", gettext_lazy("recorded points of the review"), _points),
        ("close_review", gettext_lazy("closed the legal review"), _conclusion),
        ("send_back_from_review", gettext_lazy("sent the text back from review"), _conclusion),
        ("open_approval", gettext_lazy("presented the agreement for approval"), _forum),
        ("approve_step", gettext_lazy("approved the step"), _step),
        ("approve_part", gettext_lazy("approved; others on the step still decide"), _step),
        ("disagree", gettext_lazy("disagreed"), _step),
        ("return_to_step", gettext_lazy("sent the text back to a passed step"), _step),
        ("terminate_run", gettext_lazy("ended the approval"), _step),
        ("meeting_deferred", gettext_lazy("recorded that the meeting deferred the matter"), _step),
        ("approve", gettext_lazy("approved; the agreement can be signed"), _step),
        ("send_back_from_approval", gettext_lazy("sent the text back from approval"), _step),
        ("party_report", gettext_lazy("recorded the report to the Party committee"), _report),
    ):
        events.register(code, label, detail)


# ---------------------------------------------------------------------- when a verb is offered


def _review_is_open(agreement: Agreement) -> bool:
    return LegalReview.objects.filter(agreement=agreement, state=LegalReview.State.OPEN).exists()


def _some_step_waits(agreement: Agreement) -> bool:
    return Step.objects.filter(run__agreement=agreement, run__state="open", state=Step.State.WAITING).exists()


def _no_step_waits(agreement: Agreement) -> bool:
    return not _some_step_waits(agreement)


def _report_is_due(agreement: Agreement) -> bool:
    return agreement.is_major and not PartyCommitteeReport.objects.filter(agreement=agreement).exists()


# ---------------------------------------------------------------------- where things are done


def _assignment_url(todo: ToDo) -> str:
    return reverse("approvals:decision-edit", args=[todo.params["assignment"]])


def _revision_url(todo: ToDo) -> str:
    return todo.agreement.get_absolute_url()


def _decision_url(agreement: Agreement) -> str:
    """Return the address of the open step; without one, the agreement's own page."""
    assignment = Assignment.objects.filter(
        step__run__agreement=agreement, step__run__state="open", closed_at=None
    ).first()
    if assignment is None:
        return agreement.get_absolute_url()
    return reverse("approvals:decision-edit", args=[assignment.public_id])


# ---------------------------------------------------------------------- what the trail adds from a payload


def _points(payload: dict[str, Any]) -> str:
    found = [say(REVIEW_POINTS[code].name) for code, finding in payload["points"].items() if finding]
    if not found:
        return _("nothing found on %(count)s point(s)") % {"count": len(payload["points"])}
    return _("findings on: %(points)s") % {"points": ", ".join(found)}


def _conclusion(payload: dict[str, Any]) -> str:
    code = payload.get("conclusion")
    return say(REVIEW_CONCLUSIONS[code].name) if code else ""


def _forum(payload: dict[str, Any]) -> str:
    return say(FORUMS[Forum(payload["forum"])])


def _step(payload: dict[str, Any]) -> str:
    words = [_("step: %(step)s") % {"step": name_of(payload["step"])}]
    if "minutes" in payload:
        words.append(
            _("minutes %(number)s of %(day)s: %(result)s")
            % {
                "number": payload["minutes"],
                "day": payload["held_on"],
                "result": MeetingResult.Result(payload["result"]).label,
            }
        )
    if "principal" in payload:
        words.append(_("recorded from a paper of %(name)s") % {"name": payload["principal"]})
    if "back_to" in payload:
        words.append(_("back to: %(step)s") % {"step": name_of(payload["back_to"])})
    if "redirected" in payload:
        words.append(str(Step.Redirected(payload["redirected"]).label))
    for code in payload.get("skipped", ()):
        words.append(_("%(step)s skipped by rule: the same person has approved this text") % {"step": name_of(code)})
    return "; ".join(words)


def _report(payload: dict[str, Any]) -> str:
    return _("%(number)s of %(day)s") % {"number": payload["number"], "day": payload["reported_on"]}
