"""The legal review: six points beside the text, the conclusion, the clock, sending back, the written opinion (§3.3)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agreements import margin, verbs
from agreements.models import Agreement
from agreements.scope import visible_agreement
from agreements.services import lifecycle
from approvals import pages, review_pages, review_papers, rules
from approvals.forms import SendBackForm
from approvals.models import LegalReview
from approvals.review_forms import CLOSE, ClockForm, ReviewForm
from approvals.services import reviewing
from approvals.services.review import clock, findings, gates
from approvals.services.review.common import check_of, under_review
from core.acts import attempt, permit, status_of
from core.errors import BadInput
from records import files


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, public_id: str) -> HttpResponse:
    """Record what was found on the six points, and conclude; whoever may only send back reads.

    While the General Office still looks whether everything is there, its page stands here.
    """
    agreement = visible_agreement(request.user, public_id)
    asks = rules.may_review if request.method == "POST" else rules.may_send_back_from_review
    permit(asks(request.user, agreement))
    review = reviewing.current(agreement)
    check = check_of(agreement)
    if check is not None and check.is_open and request.method != "POST":
        return redirect("approvals:completeness-edit", agreement.public_id)
    if review is None:
        raise Http404
    text = pages.reading_of(review.text, request.user, full="full" in request.GET, review=review)
    places = [(clause.lineage, clause.heading) for clause in text.clauses if not clause.dropped]
    kept = gates.unlooked(review) if review.is_open else []
    form = ReviewForm(request.POST if request.method == "POST" else None, review=review, clauses=places, kept=kept)
    closing = form.data.get("act") == CLOSE
    if form.is_bound and form.is_valid() and attempt(form, lambda: _carry_out(request, review, form)):
        if closing:
            messages.success(request, pages.after_act(agreement, request.user, _("The review is closed.")))
            return redirect(agreement)
        messages.success(request, _("The findings are saved."))
        return redirect("approvals:review-edit", agreement.public_id)
    light, own_limit = pages.light_of(agreement, review.key)
    lines, total = pages.recent_trail(agreement)
    context = {
        "agreement": agreement,
        "review": review,
        "form": form,
        "formsets": form.sheets.values(),
        "gaps": getattr(form, "gaps", ()),
        "may_record": review.is_open and bool(rules.may_review(request.user, agreement)),
        "may_send_back": lifecycle.is_time(agreement, verbs.get("send_back_from_review")),
        "points": pages.point_lines(review),
        "reading": text,
        **_around(review, form, kept, text),
        **margin.margin(agreement, review.text),
        "light": light,
        "own_limit": own_limit,
        "consulted": (asked := pages.consulted(agreement)),
        "objections": asked.objections if asked else [],
        "trail": lines,
        "trail_total": total,
    }
    return render(request, "approvals/review-edit.html", context, status=status_of(form, *form.sheets.values()))


def _around(review: LegalReview, form: ReviewForm, kept: list[Any], text: pages.Reading) -> dict[str, Any]:
    """Return what stands around the six points: earlier findings, who reviews beside, the clock."""
    earlier = findings.before(review, findings.of(review.agreement))
    asked = review_pages.asked_points(review, earlier)
    review_pages.put_in_place(text.clauses, earlier)
    return {
        "earlier": earlier,
        "rows": [(row, asked[row.record.code]) for row in form.points()],
        "kept": kept,
        "joint": review_pages.joint_lines(review),
        "experts": review.experts.select_related("paper"),
        "section": review_pages.own_section(review),
        "days": clock.days_of(review),
        "supplements": review.agreement.supplements.prefetch_related("items__paper"),
    }


def _carry_out(request, review: LegalReview, form: ReviewForm) -> None:
    data = form.cleaned_data
    shown = data["text_sha256"]
    if contents := form.contents():
        reviewing.record_points(review, contents, by=request.user, text_sha256=shown)
    if data["looked"]:
        reviewing.look_at(review, [int(key) for key in data["looked"]], by=request.user, text_sha256=shown)
    if data["act"] == CLOSE:
        reviewing.close(
            review, by=request.user, conclusion=data["conclusion"], text_sha256=shown, opinion=data["opinion"]
        )
    elif not contents and not data["looked"]:
        raise BadInput(_("Nothing was chosen or written since the page was opened."), "§3.3")


@require_http_methods(["GET", "HEAD", "POST"])
def still(request, public_id: str) -> HttpResponse:
    """Stop the clock of the review with a reason, or let it go on; every stretch with its days."""
    agreement = visible_agreement(request.user, public_id)
    permit(rules.may_review(request.user, agreement))
    review = reviewing.current(agreement)
    if review is None:
        raise Http404
    form = ClockForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        data = form.cleaned_data
        if data["act"] == "stop":
            clock.stop(review, data["kind"], by=request.user, words=data["words"])
        else:
            clock.go_on(review, by=request.user)

    if form.is_bound and form.is_valid() and attempt(form, act):
        stopped = form.cleaned_data["act"] == "stop"
        messages.success(request, _("The clock stands still.") if stopped else _("The clock goes on."))
        return redirect("approvals:review-edit", agreement.public_id)
    if not form.is_bound:
        lifecycle.check(agreement, "review", by=request.user)
    days = clock.days_of(review)
    context = {
        "agreement": agreement,
        "review": review,
        "form": form,
        "days": days,
        "by_hand": [stop for stop in days.stops if stop.to_on is None and stop.kind in clock.BY_HAND],
    }
    return render(request, "approvals/review-clock.html", context, status=status_of(form))


@require_POST
def opinion(request, public_id: str) -> HttpResponseBase:
    """Print the written opinion of a round, or send the one that already says the same."""
    seen = Agreement.objects.visible_to(request.user)
    review = get_object_or_404(
        LegalReview.objects.filter(agreement__in=seen.values("pk")).select_related(
            "text", "reviewer", "agreement__authority", "agreement__category", "agreement__lead_unit"
        ),
        public_id=public_id,
    )
    printed = review_papers.review_opinion(review, by=request.user)
    return files.response(
        printed.file, _("Opinion of the legal review %(number)s") % {"number": review.number} + ".pdf"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request, public_id: str) -> HttpResponse:
    """Send the text back to drafting with a reason."""
    agreement = visible_agreement(request.user, public_id)
    permit(rules.may_send_back_from_review(request.user, agreement))
    review = reviewing.current(agreement)
    text = under_review(agreement)
    form = SendBackForm(
        request.POST if request.method == "POST" else None,
        initial={"text_sha256": text.sha256} if text else None,
    )

    def act() -> None:
        data = form.cleaned_data
        reviewing.send_back(agreement, by=request.user, reason=data["comment"], text_sha256=data["text_sha256"])

    if form.is_bound and form.is_valid() and attempt(form, act):
        messages.success(request, pages.after_act(agreement, request.user, _("The text is sent back.")))
        return redirect(agreement)
    if not form.is_bound:
        lifecycle.check(agreement, "send_back_from_review", by=request.user)
    is_round = review is not None and text is not None and review.text_id == text.pk
    context = {
        "agreement": agreement,
        "review": review,
        "points": pages.point_lines(review) if review and is_round else [],
        "form": form,
    }
    return render(request, "approvals/review-send-back.html", context, status=status_of(form))
