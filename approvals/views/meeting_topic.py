"""Topics of meetings: making one from an open step, its page with everything it carries, what is done with it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.models import Agreement
from approvals import blockers, meeting_acts, meeting_pages, meeting_papers, rules, topic_facts
from approvals.meeting_forms import TopicForm
from approvals.models import Assignment, Topic
from approvals.services import agenda, topic_ends, topics
from core.acts import attempt, permit, status_of
from core.errors import BadInput
from records import files


def _topic(request, public_id: str) -> Topic:
    """Return the topic at an address; Http404 for whoever may not see its agreement."""
    seen = Agreement.objects.visible_to(request.user)
    rows = Topic.objects.filter(run__agreement__in=seen.values("pk")).select_related(
        "meeting__authority",
        "step__run",
        "text",
        "presenter",
        "result__excerpt",
        "consent_post__unit",
        "consent_scan",
        "copy_of__meeting",
        "copy_of__result",
        "run__text",
        "run__agreement__lead_unit",
        "run__agreement__category",
        "run__agreement__authority",
    )
    return get_object_or_404(rows, public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request, public_id: str) -> HttpResponse:
    """Make the topic of a meeting step: its statement is proposed, the earlier stages are filled in."""
    seen = Agreement.objects.visible_to(request.user)
    rows = Assignment.objects.filter(step__run__agreement__in=seen.values("pk")).select_related(
        "post__unit",
        "step__run__text",
        "step__run__agreement__lead_unit",
        "step__run__agreement__category",
        "step__run__agreement__authority",
    )
    assignment = get_object_or_404(rows, public_id=public_id)
    run = assignment.step.run
    agreement = run.agreement
    permit(rules.may_decide_on(request.user, agreement, assignment.post))
    form = TopicForm(
        request.POST if request.method == "POST" else None,
        lead=agreement.lead_unit,
        initial={"statement": topics.draft_statement(assignment)},
    )
    if not form.is_bound and (topic_ends.live(assignment.step) or assignment.closed_at is not None):
        raise topics.there_is_one(assignment)
    made: list[Topic] = []
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: made.append(topics.propose(assignment, by=request.user, **form.cleaned_data)))
    ):
        messages.success(request, _("The topic is made; it waits for a meeting."))
        return redirect(made[0])
    context = {
        "agreement": agreement,
        "form": form,
        "step": assignment.step,
        "facts": meeting_papers.read(topic_facts.of_run(run)),
        "is_new": True,
    }
    return render(request, "approvals/meeting-topic-edit.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, public_id: str) -> HttpResponse:
    """Rewrite the statement; the earlier stages are filled in anew."""
    topic = _topic(request, public_id)
    permit(rules.may_run_meetings(request.user, topic.agreement.authority))
    form = TopicForm(
        request.POST if request.method == "POST" else None,
        lead=topic.agreement.lead_unit,
        initial={"statement": topic.statement, "presenter": topic.presenter},
    )
    if not form.is_bound:
        topics.must_be_free(topic)
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: topics.write(topic, by=request.user, **form.cleaned_data))
    ):
        messages.success(request, _("The topic is filled in anew."))
        return redirect(topic)
    context = {
        "agreement": topic.agreement,
        "topic": topic,
        "form": form,
        "step": topic.step,
        "facts": meeting_papers.read(topic_facts.of_run(topic.run)),
        "is_new": False,
    }
    return render(request, "approvals/meeting-topic-edit.html", context, status=status_of(form))


@require_safe
def detail(request, public_id: str) -> HttpResponse:
    """Show a topic with all it carries, to whoever sees the matter: to read before and in the meeting."""
    topic = _topic(request, public_id)
    gaps = blockers.topic_blockers([topic])[topic.pk] if topic.is_live else []
    context = {
        "topic": topic,
        "agreement": topic.agreement,
        "facts": meeting_papers.read(topic.facts),
        "gaps": gaps,
        "light": meeting_pages.light_of(topic, gaps),
        "acts": meeting_acts.offers(meeting_acts.ON_TOPICS, topic, request.user),
        "may_edit": topic.is_live
        and (topic.meeting is None or topic.meeting.is_open)
        and bool(rules.may_run_meetings(request.user, topic.agreement.authority)),
        "invited": topic.invitations.select_related("unit"),
        "entrusted": topic.entrusted.select_related("paper"),
        "copies": topic.copies.all(),
        "sees_meeting": topic.meeting is not None,
        "report": getattr(topic.agreement, "party_committee_report", None),
    }
    return render(request, "approvals/meeting-topic.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def act(request, public_id: str, code: str) -> HttpResponse:
    """Carry out an act on a topic: put it on an agenda, consent, invite, record an opinion, take off, withdraw."""
    topic = _topic(request, public_id)
    chosen = meeting_acts.get(meeting_acts.ON_TOPICS, code)
    if chosen is None:
        raise Http404
    permit(chosen.may(request.user, topic))
    form = chosen.bind(request, topic)
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: chosen.carry_out(topic, request.user, form.cleaned_data))
    ):
        messages.success(request, str(chosen.told))
        return redirect(topic)
    if not form.is_bound and not chosen.offered(topic):
        topics.must_live(topic)
        raise topics.frozen()
    context = {
        "agreement": topic.agreement,
        "topic": topic,
        "meeting": topic.meeting,
        "act": chosen,
        "form": form,
        "gaps": getattr(form, "gaps", ()),
        "back": topic,
    }
    return render(request, "approvals/meeting-act.html", context, status=status_of(form))


@require_POST
def move(request, public_id: str, way: str) -> HttpResponse:
    """Move a topic one place up or down on its agenda."""
    topic = _topic(request, public_id)
    permit(rules.may_run_meetings(request.user, topic.agreement.authority))
    if way not in (agenda.UP, agenda.DOWN):
        raise BadInput(_("A topic is moved up or down."))
    agenda.move(topic, way, by=request.user)
    return redirect(f"{topic.meeting.get_absolute_url() if topic.meeting else topic.get_absolute_url()}#agenda")


@require_POST
def paper(request, public_id: str) -> HttpResponseBase:
    """Print the topic paper 议题, or send the one that already says the same."""
    topic = _topic(request, public_id)
    printed = meeting_papers.topic_paper(topic, by=request.user)
    return files.response(printed.file, _("Meeting topic %(number)s") % {"number": topic.agreement.number} + ".pdf")
