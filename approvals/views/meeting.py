"""Meetings: what is planned and held, one session with its agenda, who takes part, its results (§3.4)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import SigningAuthority
from approvals import meeting_acts, meeting_pages, meeting_papers, rules
from approvals.meeting_forms import AttendanceForm, ChangeForm, MinutesForm, PlanForm, ResultForm, result_forms
from approvals.models import Meeting
from approvals.services import agenda as agendas
from approvals.services import attendance as attendances
from approvals.services import meetings, resolutions
from core import clock
from core.acts import attempt, permit, status_of
from core.errors import BadInput
from core.wording import say
from records import files, tokens
from regulation.routes import FORUMS

LINES = 50
PLANNING = "meeting"


@dataclass(frozen=True, slots=True)
class Tab:
    """A box of the list with its count."""

    label: str
    url: str
    count: int
    current: bool


def _meeting(request, public_id: str) -> Meeting:
    """Return the meeting at an address; Http404 for whoever may not know of it."""
    return get_object_or_404(Meeting.objects.visible_to(request.user).select_related("authority"), public_id=public_id)


def _office_of(user) -> SigningAuthority | None:
    """Return the authority whose meetings a person runs; None for everybody else."""
    held = user.holding("general_office")
    return held.post.authority if held else None


@require_safe
def listing(request) -> HttpResponse:
    """Show the meetings this person may know of, by what is to come of them, and the matters that wait for one."""
    box, forum = request.GET.get("box", meeting_pages.UPCOMING), request.GET.get("forum", "")
    office = _office_of(request.user)
    forums = meeting_pages.forums(office)
    if box not in (meeting_pages.WAITING, *meeting_pages.BOXES) or forum not in ("", *forums):
        raise BadInput(_("There is no such box of meetings."))
    counts = meeting_pages.counts(request.user, forum)
    labels = {
        meeting_pages.UPCOMING: _("To come"),
        meeting_pages.WAITING: _("Waiting for a meeting"),
        meeting_pages.HELD: _("Held, results due"),
        meeting_pages.RECORDED: _("Minutes recorded"),
    }
    base, kept = reverse("meetings:meeting-list"), f"&forum={forum}" if forum else ""
    context = {
        "box": box,
        "forum": forum,
        "forums": [(code.value, say(FORUMS[code])) for code in forums],
        "tabs": [Tab(labels[code], f"{base}?box={code}{kept}", counts[code], code == box) for code in labels],
        "may_plan": office is not None,
    }
    if box == meeting_pages.WAITING:
        lines = meeting_pages.waiting_lines(request.user, forum)
        return render(request, "approvals/meeting-list.html", {**context, "lines": lines})
    page = Paginator(meeting_pages.in_box(request.user, box, forum), LINES).get_page(request.GET.get("page"))
    return render(request, "approvals/meeting-list.html", {**context, "page_obj": page})


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request) -> HttpResponse:
    """Plan a session; the next number and the usual cut-off are proposed. A form sent twice plans one."""
    authority = _office_of(request.user) or SigningAuthority.objects.order_by("pk").first()
    if authority is None:
        raise Http404
    permit(rules.may_run_meetings(request.user, authority))
    form = PlanForm(
        request.POST if request.method == "POST" else None,
        authority=authority,
        initial={"forum": request.GET.get("forum")},
    )
    made: list[Meeting] = []

    def once() -> None:
        reference, _fresh = tokens.once(
            request.POST.get("submission_token", ""),
            user_id=request.user.pk,
            purpose=f"{PLANNING}:{authority.pk}",
            make=lambda: meetings.plan(authority, by=request.user, **form.cleaned_data).public_id,
        )
        made.append(Meeting.objects.get(public_id=reference))

    if form.is_bound and form.is_valid() and attempt(form, once):
        messages.success(request, _("“%(meeting)s” is planned.") % {"meeting": made[0].name})
        return redirect(made[0])
    context = {
        "form": form,
        "is_new": True,
        "submission_token": request.POST.get("submission_token") or tokens.new(),
    }
    return render(request, "approvals/meeting-edit.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, public_id: str) -> HttpResponse:
    """Move a session to another day or place."""
    meeting = _meeting(request, public_id)
    permit(rules.may_run_meetings(request.user, meeting.authority))
    initial = {name: getattr(meeting, name) for name in ("planned_on", "planned_at", "place", "cut_off_on")}
    form = ChangeForm(request.POST if request.method == "POST" else None, authority=meeting.authority, initial=initial)
    if not form.is_bound:
        meetings.must_be(meeting, *meetings.OPEN)
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: meetings.change(meeting, by=request.user, **form.cleaned_data))
    ):
        messages.success(request, _("“%(meeting)s” is moved.") % {"meeting": meeting.name})
        return redirect(meeting)
    context = {"form": form, "meeting": meeting, "is_new": False}
    return render(request, "approvals/meeting-edit.html", context, status=status_of(form))


@require_safe
def detail(request, public_id: str) -> HttpResponse:
    """Show one session: its agenda with lights and what is missing, who takes part, what waits for it."""
    meeting = _meeting(request, public_id)
    runs_it = bool(rules.may_run_meetings(request.user, meeting.authority))
    shown, hidden = meeting_pages.items(meeting, request.user)
    attends = _attends(request, meeting)
    is_open = meeting.state == Meeting.State.PLANNED
    pool = meeting_pages.waiting_lines(request.user, meeting.forum) if is_open and runs_it else []
    context = {
        "meeting": meeting,
        "items": shown,
        "hidden": hidden,
        "runs_it": runs_it,
        "is_open": is_open,
        "attends": attends,
        "attendance": meeting.attendance.select_related("post__unit"),
        "gaps": agendas.freeze_gaps([item.topic for item in shown if item.topic.is_live])
        if runs_it and is_open
        else [],
        "acts": meeting_acts.offers(meeting_acts.ON_MEETINGS, meeting, request.user),
        "pool": pool,
        "is_late": clock.today() > meeting.cut_off_on,
        "papers": meeting_pages.printed_agendas(meeting) if runs_it or attends else [],
        "trail": meeting_pages.history(meeting) if runs_it else [],
    }
    return render(request, "approvals/meeting-detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request, public_id: str) -> HttpResponse:
    """Record who takes part."""
    meeting = _meeting(request, public_id)
    permit(rules.may_run_meetings(request.user, meeting.authority))
    form = AttendanceForm(request.POST if request.method == "POST" else None, meeting=meeting)
    if not form.is_bound:
        meetings.must_be(meeting, *meetings.OPEN, Meeting.State.HELD)
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: attendances.attend(meeting, form.parts(), by=request.user))
    ):
        messages.success(request, _("Who takes part is recorded."))
        return redirect(meeting)
    context = {"meeting": meeting, "form": form}
    return render(request, "approvals/meeting-attendance.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def act(request, public_id: str, code: str) -> HttpResponse:
    """Carry out an act on a session: freeze, open again, held, called off."""
    meeting = _meeting(request, public_id)
    chosen = meeting_acts.get(meeting_acts.ON_MEETINGS, code)
    if chosen is None:
        raise Http404
    permit(chosen.may(request.user, meeting))
    form = chosen.bind(request, meeting)
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: chosen.carry_out(meeting, request.user, form.cleaned_data))
    ):
        messages.success(request, str(chosen.told))
        return redirect("meetings:meeting-record", meeting.public_id) if code == "hold" else redirect(meeting)
    if not form.is_bound and not chosen.offered(meeting):
        raise meetings.changed(meeting)
    if code == "hold" and not form.is_bound:
        form.initial["held_on"] = min(meeting.planned_on, clock.today())
    context = {"meeting": meeting, "act": chosen, "form": form, "gaps": getattr(form, "gaps", ()), "back": meeting}
    return render(request, "approvals/meeting-act.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def record(request, public_id: str) -> HttpResponse:
    """Record the results of a session on one page: the minutes once, each topic by itself."""
    meeting = _meeting(request, public_id)
    permit(rules.may_run_meetings(request.user, meeting.authority))
    sent = request.method == "POST"
    header = MinutesForm(
        request.POST if sent else None,
        initial={
            "minutes_number": meeting.minutes_number,
            "minutes_on": meeting.minutes_on or meeting.held_on,
        },
    )
    sheets = result_forms(meetings.topics_of(meeting), request.POST if sent else None, request.FILES if sent else None)
    if not sent:
        meetings.must_be(meeting, Meeting.State.HELD)
    elif _record(request, meeting, header, sheets):
        return redirect(meeting)
    left = [sheet for sheet in sheets if sheet.topic.is_live]
    context = {
        "meeting": meeting,
        "form": header,
        "sheets": left,
        "attendance": meeting.attendance.select_related("post"),
    }
    answered = next((sheet for sheet in left if hasattr(sheet, "status")), header)
    status = status_of(answered, header, *left)
    return render(request, "approvals/meeting-record.html", context, status=status)


def _record(request, meeting: Meeting, header: MinutesForm, sheets: list[ResultForm]) -> bool:
    """Record what was typed, each topic in a transaction of its own; tell whether everything typed was recorded."""
    if not all([header.is_valid(), *(sheet.is_valid() for sheet in sheets)]):
        return False
    if not attempt(header, lambda: resolutions.number(meeting, by=request.user, **header.cleaned_data)):
        return False
    chosen = [sheet for sheet in sheets if sheet.is_chosen]
    done = [sheet for sheet in chosen if attempt(sheet, partial(_resolve, request, sheet))]
    if done:
        words = ngettext("%(n)s result is recorded.", "%(n)s results are recorded.", len(done)) % {"n": len(done)}
        messages.success(request, words)
    elif not chosen:
        messages.success(request, _("The minutes are numbered; the results are still to be recorded."))
    return len(done) == len(chosen)


def _resolve(request, sheet: ResultForm) -> None:
    resolutions.record(sheet.topic, by=request.user, **sheet.cleaned_data)


@require_POST
def agenda_paper(request, public_id: str) -> HttpResponseBase:
    """Print the agenda 议程, for the office and for who takes part: it names every matter."""
    meeting = _meeting(request, public_id)
    if not _attends(request, meeting):
        permit(rules.may_run_meetings(request.user, meeting.authority))
    printed = meeting_papers.agenda(meeting, by=request.user)
    return files.response(printed.file, _("Agenda of %(meeting)s") % {"meeting": meeting.name} + ".pdf")


@require_safe
def agenda_kept(request, public_id: str, number: int) -> HttpResponseBase:
    """Send an agenda again as it was printed, to the office and to who takes part."""
    meeting = _meeting(request, public_id)
    if not _attends(request, meeting):
        permit(rules.may_run_meetings(request.user, meeting.authority))
    found = next((row for row in meeting_pages.printed_agendas(meeting) if row.number == number), None)
    if found is None:
        raise Http404
    name = _("Agenda of %(meeting)s") % {"meeting": meeting.name}
    return files.response(found.paper.file, f"{name} {found.number}.pdf")


def _attends(request, meeting: Meeting) -> bool:
    return meeting.attendance.filter(post__in=request.user.post_ids).exists()
