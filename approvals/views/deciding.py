"""The one page on which a step is decided; the same page to read, once it is settled or for whom it was copied to."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from agreements import margin
from agreements.models import Agreement
from agreements.services import access, lifecycle
from approvals import deciding, pages, queue, reminders, revision_pages, rules
from approvals.forms import DecisionForm
from approvals.models import Assignment, Decision, LegalReview, Run, Step
from approvals.services import copying, phrases, reviewing, runs, second_caller, seeing, topic_ends
from core.acts import attempt, in_one_line, permit, status_of
from core.errors import NotNow
from core.verdicts import Denied

OPEN_NEXT = "open_next"
"""Where the session keeps whether a person goes on to the next item by each decision; at first everybody does."""


def _assignment(request, public_id: str) -> Assignment:
    """Return the assignment at an address; Http404 for whoever may not see its agreement."""
    seen = Agreement.objects.visible_to(request.user)
    rows = Assignment.objects.filter(step__run__agreement__in=seen.values("pk")).select_related(
        "post__unit",
        "came_from",
        "added_by",
        "step__run__text",
        "step__run__agreement__lead_unit",
        "step__run__agreement__category",
        "step__run__agreement__authority",
    )
    return get_object_or_404(rows, public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request, public_id: str) -> HttpResponse:
    """Show all that a decision rests on, and take it; a settled item is shown with who settled it."""
    assignment = _assignment(request, public_id)
    agreement = assignment.step.run.agreement
    agreement.workers = access.workers(agreement)
    if request.method == "POST":
        return _decided(request, assignment)
    if not assignment.is_open:
        return _read(request, assignment)
    allowed = rules.may_decide_on(request.user, agreement, assignment.post)
    if isinstance(allowed, Denied) and (own := deciding.own(assignment, request.user)):
        return redirect("approvals:decision-edit", own.public_id)
    verdict = permit(allowed)
    with lifecycle.acting(agreement, verdict):
        lifecycle.check(agreement, "decide", by=request.user)
    seeing.mark_shown(assignment.step.run.text, request.user)
    choices = deciding.choices(assignment, request.user, verdict)
    return _draw(request, assignment, choices, _form(request, assignment, choices))


def _decided(request, assignment: Assignment) -> HttpResponse:
    """Take the decision that was sent. Who comes too late is told so on a light page: of many who act at once all but
    one come here, and none of them needs the whole page again."""
    verdict = permit(rules.may_decide_on(request.user, assignment.step.run.agreement, assignment.post))
    if refusal := second_caller.late(assignment):
        return _too_late(request, assignment, refusal)
    choices = deciding.choices(assignment, request.user, verdict)
    form = _form(request, assignment, choices)
    if form.is_valid() and attempt(form, lambda: _carry_out(request, assignment, form)):
        return _go_on(request, assignment, form)
    refusal = getattr(form, "refusal", None)
    if isinstance(refusal, NotNow) and refusal.code in second_caller.SETTLED:
        return _too_late(request, assignment, refusal)
    return _draw(request, assignment, choices, form)


def _draw(request, assignment: Assignment, choices: deciding.Choices, form: DecisionForm) -> HttpResponse:
    """Show the page of deciding, fresh or with what is wrong in what was sent. Raises Refused for who approved this
    text on another step while another holder of the post may decide."""
    user, agreement = request.user, assignment.step.run.agreement
    deciding.look_further(choices, user)
    place = queue.queue(user, agreement, assignment.key)
    request.open_todos = place.total
    context = {
        **_page(user, assignment.step, full="full" in request.GET, subject_key=assignment.key),
        "assignment": assignment,
        "form": form,
        "gaps": getattr(form, "gaps", ()),
        "choices": choices,
        "topic": topic_ends.live(assignment.step) if assignment.step.is_meeting else None,
        "following": choices.following,
        "queue": place,
        "reminded": reminders.of(assignment),
        "phrases": phrases.offered(user),
    }
    return render(request, "approvals/decision-edit.html", context, status=status_of(form))


def _form(request, assignment: Assignment, choices: deciding.Choices) -> DecisionForm:
    data = request.POST if request.method == "POST" else None
    initial = {"text_sha256": assignment.step.run.sha256, OPEN_NEXT: request.session.get(OPEN_NEXT, True)}
    return DecisionForm(data, initial=initial, choices=choices)


def _carry_out(request, assignment: Assignment, form: DecisionForm) -> Run:
    data = form.cleaned_data
    return runs.decide(
        assignment,
        by=request.user,
        verdict=data["verdict"],
        opinion=form.words,
        to=form.target,
        way=data["way"],
        text_sha256=data["text_sha256"],
    )


def _go_on(request, assignment: Assignment, form: DecisionForm) -> HttpResponse:
    """Say who has it now and until when; then show the next item to whoever wants it, else the agreement."""
    agreement, user, data = assignment.step.run.agreement, request.user, form.cleaned_data
    done = {
        Decision.Verdict.APPROVE: _("You approved."),
        Decision.Verdict.DISAGREE: _("You disagreed."),
        Decision.Verdict.SEND_BACK: _("The text is sent back."),
    }[data["verdict"]]
    goes_on = bool(data.get(OPEN_NEXT))
    if request.session.get(OPEN_NEXT, True) != goes_on:
        request.session[OPEN_NEXT] = goes_on
    following = queue.next_item(user, agreement, assignment.key) if goes_on else ""
    if following:
        told = {"title": agreement.title, "done": done, "now": queue.lies_now(agreement)}
        messages.success(request, _("“%(title)s”: %(done)s %(now)s") % told)
        return redirect(following)
    messages.success(request, queue.after_act(agreement, user, done, subject_key=assignment.key))
    return redirect(agreement)


def _read(request, assignment: Assignment) -> HttpResponse:
    """Show a settled item: who acted and when, everything that was written, the next item."""
    agreement = assignment.step.run.agreement
    context = {
        **_page(request.user, assignment.step, full="full" in request.GET, subject_key=assignment.key),
        "assignment": assignment,
        "settled": deciding.settled(assignment, queue.lies_now(agreement)),
        "queue": queue.queue(request.user, agreement, assignment.key),
    }
    return render(request, "approvals/decision-show.html", context)


def _too_late(request, assignment: Assignment, refusal: NotNow) -> HttpResponse:
    """Tell who came too late who acted and when, what was decided and who has it now; what was typed is shown to be
    copied, and the whole item is one link away."""
    agreement = assignment.step.run.agreement
    context = {
        "agreement": agreement,
        "assignment": assignment,
        "step": assignment.step,
        "refusal": in_one_line(refusal),
        "settled": deciding.Settled(str(refusal.reason), deciding.decision_on(assignment), queue.lies_now(agreement)),
        "typed": next(filter(None, (request.POST.get(name) for name in ("opinion", "reason", "objection"))), ""),
        "following": queue.next_item(request.user, agreement, assignment.key),
    }
    return render(request, "approvals/decision-late.html", context, status=refusal.status)


@require_safe
def copied(request, public_id: str) -> HttpResponse:
    """Show an approval to whom it was copied: to read, and nothing to do. Opening it is reading it (抄送)."""
    seen = Agreement.objects.visible_to(request.user)
    rows = copying.copied_to(request.user).filter(run__agreement__in=seen.values("pk"))
    copy = get_object_or_404(
        rows.select_related(
            "run__text", "run__agreement__lead_unit", "run__agreement__category", "run__agreement__authority"
        ),
        public_id=public_id,
    )
    copying.read_all(request.user, [copy.public_id])
    copy.refresh_from_db(fields=["read_at"])
    run = copy.run
    steps = list(run.steps.order_by("order"))
    step = next((step for step in steps if step.state == Step.State.OPEN), steps[-1])
    context = {
        **_page(request.user, step, full="full" in request.GET, run=run),
        "copy": copy,
        "lies_now": queue.lies_now(run.agreement),
    }
    return render(request, "approvals/copy-show.html", context)


def _page(user: User, step: Step, *, full: bool, subject_key: str = "", run: Run | None = None) -> dict[str, object]:
    """Return what stands beside a decision: the text with its changes, findings, opinions, route, trail."""
    run = run or step.run
    agreement = run.agreement
    review: LegalReview | None = reviewing.current(agreement)
    if review is not None:  # its findings stand at the clauses and under the points: read once
        prefetch_related_objects([review], "findings__joint__unit", "points__carried_from")
    light, own_limit = pages.light_of(agreement, subject_key)
    lines, total = pages.recent_trail(agreement)
    asked = pages.consulted(agreement)
    return {
        "agreement": agreement,
        "step": step,
        "run": run,
        "reading": pages.reading_of(run.text, user, full=full, review=review),
        **margin.margin(agreement, run.text),
        "own_return": pages.own_return(run, user),
        "review": review,
        "points": pages.point_lines(review) if review else [],
        "consulted": asked,
        "objections": asked.objections if asked else [],
        "revisions": revision_pages.re_asked_in(agreement, run=run),
        "route": pages.route(run),
        "forum": pages.forum(run),
        "is_countersigned": deciding.is_countersigned(run),
        "trail": lines,
        "trail_total": total,
        "light": light,
        "own_limit": own_limit,
    }
