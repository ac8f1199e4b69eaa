"""The legal review: six points beside the text, the conclusion, sending back (§3.3)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements import margin, verbs
from agreements.scope import visible_agreement
from agreements.services import lifecycle
from approvals import pages, rules
from approvals.forms import CLOSE, ReviewForm, SendBackForm
from approvals.services import reviewing
from core.acts import attempt, permit, status_of


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, public_id: str) -> HttpResponse:
    """Record what was found on the six points, and conclude; whoever may only send back reads."""
    agreement = visible_agreement(request.user, public_id)
    asks = rules.may_review if request.method == "POST" else rules.may_send_back_from_review
    permit(asks(request.user, agreement))
    review = reviewing.current(agreement)
    if review is None:
        raise Http404
    text = pages.reading_of(review.text, request.user, full="full" in request.GET, review=review)
    places = [(clause.lineage, clause.heading) for clause in text.clauses if not clause.dropped]
    form = ReviewForm(request.POST if request.method == "POST" else None, review=review, clauses=places)
    closing = form.data.get("act") == CLOSE

    def act() -> None:
        data = form.cleaned_data
        shown = data["text_sha256"]
        reviewing.record_points(review, form.contents(), by=request.user, text_sha256=shown)
        if closing:
            reviewing.close(
                review,
                by=request.user,
                conclusion=data["conclusion"],
                text_sha256=shown,
                opinion=data["opinion"],
            )

    if form.is_bound and form.is_valid() and attempt(form, act):
        if closing:
            messages.success(request, pages.after_act(agreement, request.user, _("The review is closed.")))
            return redirect(agreement)
        messages.success(request, _("The findings are saved."))
        return redirect("approvals:review-edit", agreement.public_id)
    light, own_limit = pages.light_of(agreement, f"review:{review.pk}")
    lines, total = pages.recent_trail(agreement)
    context = {
        "agreement": agreement,
        "review": review,
        "form": form,
        "gaps": getattr(form, "gaps", ()),
        "may_record": review.is_open and bool(rules.may_review(request.user, agreement)),
        "may_send_back": lifecycle.is_time(agreement, verbs.get("send_back_from_review")),
        "points": pages.point_lines(review),
        "reading": text,
        **margin.margin(agreement, review.text),
        "light": light,
        "own_limit": own_limit,
        "consulted": (asked := pages.consulted(agreement)),
        "objections": asked.objections if asked else [],
        "trail": lines,
        "trail_total": total,
    }
    return render(request, "approvals/review-edit.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request, public_id: str) -> HttpResponse:
    """Send the text back to drafting with a reason."""
    agreement = visible_agreement(request.user, public_id)
    permit(rules.may_send_back_from_review(request.user, agreement))
    review = reviewing.current(agreement)
    form = SendBackForm(
        request.POST if request.method == "POST" else None,
        initial={"text_sha256": review.text.sha256} if review else None,
    )

    def act() -> None:
        data = form.cleaned_data
        reviewing.send_back(agreement, by=request.user, reason=data["comment"], text_sha256=data["text_sha256"])

    if form.is_bound and form.is_valid() and attempt(form, act):
        messages.success(request, pages.after_act(agreement, request.user, _("The text is sent back.")))
        return redirect(agreement)
    if not form.is_bound:
        lifecycle.check(agreement, "send_back_from_review", by=request.user)
    context = {
        "agreement": agreement,
        "review": review,
        "points": pages.point_lines(review) if review else [],
        "form": form,
    }
    return render(request, "approvals/review-send-back.html", context, status=status_of(form))
