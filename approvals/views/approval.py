"""Presenting an agreement, the one decision page, the approval sheet, the Party committee report (§3.4)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agreements import margin, verbs
from agreements.models import Agreement
from agreements.scope import visible_agreement
from agreements.services import lifecycle
from approvals import pages, papers, rules
from approvals.forms import DecisionForm, PresentForm, ReportForm, phrases
from approvals.models import Assignment, Decision, Run
from approvals.services import party_committee, reviewing, routing, runs, steps, topic_ends
from core.acts import attempt, permit, status_of
from records import files
from regulation.routes import NatureNeeded


@require_http_methods(["GET", "HEAD", "POST"])
def present(request, public_id: str) -> HttpResponse:
    """Show the way the agreement will take, each step with person, reason and article, and present it."""
    agreement = visible_agreement(request.user, public_id)
    permit(rules.may_present(request.user, agreement))
    verb = verbs.get("open_approval")
    form = PresentForm(request.POST if request.method == "POST" else None)
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: runs.open_run(agreement, by=request.user, opinion=form.cleaned_data["opinion"]))
    ):
        messages.success(request, pages.after_act(agreement, request.user, _("The agreement is presented.")))
        return redirect(agreement)
    if not form.is_bound and not lifecycle.is_time(agreement, verb):
        raise lifecycle.not_the_time(agreement, verb)
    try:
        plan = routing.plan(agreement)
    except NatureNeeded:
        plan = None
    review = reviewing.current(agreement)
    context = {
        "agreement": agreement,
        "form": form,
        "gaps": getattr(form, "gaps", ()) or verb.gaps(agreement),
        "plan": plan,
        "route": pages.planned_route(plan) if plan else [],
        "forum": plan.why_forum() if plan else None,
        "review": review,
        "points": pages.point_lines(review) if review else [],
        "consulted": pages.consulted(agreement),
        "phrases": phrases(),
    }
    return render(request, "approvals/approval-open.html", context, status=status_of(form))


def _assignment(request, public_id: str) -> Assignment:
    """Return the assignment at an address; Http404 for whoever may not see its agreement."""
    seen = Agreement.objects.visible_to(request.user)
    rows = Assignment.objects.filter(step__run__agreement__in=seen.values("pk")).select_related(
        "post__unit",
        "step__run__text",
        "step__run__agreement__lead_unit",
        "step__run__agreement__category",
        "step__run__agreement__authority",
    )
    return get_object_or_404(rows, public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request, public_id: str) -> HttpResponse:
    """The one page on which a step is decided: the text with its changes, opinions, findings, route, trail; a meeting's
    step shows its topic, and leads to the session that decides."""
    assignment = _assignment(request, public_id)
    agreement = assignment.step.run.agreement
    permit(rules.may_decide_on(request.user, agreement, assignment.post))
    form = _decision_form(request, assignment)
    if form.is_bound and form.is_valid() and attempt(form, lambda: _carry_out(request, assignment, form)):
        done = {
            Decision.Verdict.APPROVE: _("You approved."),
            Decision.Verdict.SEND_BACK: _("The text is sent back."),
        }[form.cleaned_data["verdict"]]
        messages.success(request, pages.after_act(agreement, request.user, done))
        return redirect(agreement)
    if not form.is_bound:
        if assignment.closed_at is not None:
            raise steps.settled(assignment)
        lifecycle.check(agreement, "decide", by=request.user)
    return render(
        request, "approvals/decision-edit.html", _decision_context(request, assignment, form), status=status_of(form)
    )


def _decision_form(request, assignment: Assignment) -> DecisionForm:
    initial = {"text_sha256": assignment.step.run.sha256}
    return DecisionForm(request.POST if request.method == "POST" else None, initial=initial)


def _carry_out(request, assignment: Assignment, form: DecisionForm) -> Run:
    data = form.cleaned_data
    return runs.decide(
        assignment,
        by=request.user,
        verdict=data["verdict"],
        opinion=form.words,
        text_sha256=data["text_sha256"],
    )


def _decision_context(request, assignment: Assignment, form: DecisionForm) -> dict[str, object]:
    run = assignment.step.run
    agreement = run.agreement
    review = reviewing.current(agreement)
    light, own_limit = pages.light_of(agreement, assignment.key)
    lines, total = pages.recent_trail(agreement)
    following = runs.look_ahead(assignment, by=request.user)
    return {
        "agreement": agreement,
        "step": assignment.step,
        "assignment": assignment,
        "topic": topic_ends.live(assignment.step) if assignment.step.is_meeting else None,
        "run": run,
        "form": form,
        "gaps": getattr(form, "gaps", ()),
        "reading": pages.reading_of(run.text, request.user, full="full" in request.GET, review=review),
        **margin.margin(agreement, run.text),
        "own_return": pages.own_return(run, request.user),
        "review": review,
        "points": pages.point_lines(review) if review else [],
        "consulted": (asked := pages.consulted(agreement)),
        "objections": asked.objections if asked else [],
        "route": pages.route(run),
        "forum": run.reason("forum"),
        "trail": lines,
        "trail_total": total,
        "queue": pages.queue(request.user, assignment.key),
        "light": light,
        "own_limit": own_limit,
        "following": following,
        "phrases": phrases(),
    }


@require_POST
def sheet(request, public_id: str) -> HttpResponseBase:
    """Print the approval sheet 呈批单 of a run, or send the one that already says the same."""
    seen = Agreement.objects.visible_to(request.user)
    rows = Run.objects.filter(agreement__in=seen.values("pk"))
    run = get_object_or_404(
        rows.select_related("text", "agreement__authority", "agreement__category", "agreement__lead_unit"),
        public_id=public_id,
    )
    printed = papers.approval_sheet(run, by=request.user)
    return files.response(printed.file, _("Approval sheet %(number)s") % {"number": run.agreement.number} + ".pdf")


@require_http_methods(["GET", "HEAD", "POST"])
def party_report(request, public_id: str) -> HttpResponse:
    """Record the report of a major matter to the Party committee."""
    agreement = visible_agreement(request.user, public_id)
    permit(rules.may_record_report(request.user, agreement))
    form = ReportForm(
        request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None
    )
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: party_committee.record(agreement, by=request.user, **form.cleaned_data))
    ):
        messages.success(request, pages.after_act(agreement, request.user, _("The report is on record.")))
        return redirect(agreement)
    if not form.is_bound:
        party_committee.ask_the_time(agreement, by=request.user)
    return render(
        request, "approvals/party-report.html", {"agreement": agreement, "form": form}, status=status_of(form)
    )
