"""The completeness check, asking for a supplement, and supplying it (§3.3)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agreements import margin
from agreements.models import Agreement
from agreements.scope import visible_agreement
from agreements.services import lifecycle
from approvals import pages, review_pages, rules, supplement_papers
from approvals.models import Supplement
from approvals.review_forms import CompleteForm, SupplementForm, SupplyForm
from approvals.services.review import completeness, supplements
from approvals.services.review.common import check_of, open_supplement
from core.acts import attempt, permit, status_of
from records import files


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, public_id: str) -> HttpResponse:
    """Look whether everything is there; say so, and the review begins. The legal affairs office reads along."""
    agreement = visible_agreement(request.user, public_id)
    asks = rules.may_check if request.method == "POST" else rules.may_send_back_from_review
    permit(asks(request.user, agreement))
    check = check_of(agreement)
    if check is None:
        raise Http404
    form = CompleteForm(request.POST if request.method == "POST" else None, initial={"text_sha256": check.text.sha256})
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: completeness.declare_complete(check, by=request.user, **form.cleaned_data))
    ):
        messages.success(request, pages.after_act(agreement, request.user, _("The submission is complete.")))
        return redirect(agreement)
    light, own_limit = pages.light_of(agreement, check.key)
    context = {
        "agreement": agreement,
        "check": check,
        "form": form,
        "gaps": getattr(form, "gaps", ()),
        "items": review_pages.submission(agreement),
        "supplements": agreement.supplements.select_related("asked_by", "sent_by").prefetch_related("items__paper"),
        "waiting": check.is_open and open_supplement(agreement) is not None,
        "may_check": check.is_open and bool(rules.may_check(request.user, agreement)),
        "reading": pages.reading_of(check.text, request.user, full="full" in request.GET, review=None),
        **margin.margin(agreement, check.text),
        "light": light,
        "own_limit": own_limit,
    }
    return render(request, "approvals/completeness-edit.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request, public_id: str) -> HttpResponse:
    """Ask the lead unit for what is missing; the clock stands still."""
    agreement = visible_agreement(request.user, public_id)
    asking = supplements.asking(agreement)
    check = check_of(agreement)
    in_check = check is not None and check.is_open
    permit((rules.may_check if in_check else rules.may_review)(request.user, agreement))
    initial: dict[str, object] = {"workdays": supplements.usual_workdays(agreement)}
    if asking is not None:
        initial["text_sha256"] = asking.text.sha256
    form = SupplementForm(request.POST if request.method == "POST" else None, initial=initial)

    def act() -> None:
        data = form.cleaned_data
        supplements.ask(
            agreement,
            form.missing(),
            by=request.user,
            text_sha256=data["text_sha256"],
            workdays=data["workdays"],
            note=data["note"],
        )

    if form.is_bound and form.is_valid() and attempt(form, act):
        messages.success(request, pages.after_act(agreement, request.user, _("The supplement is asked for.")))
        return redirect(agreement)
    if not form.is_bound:
        lifecycle.check(agreement, completeness.CHECK if in_check else "review", by=request.user)
    return render(
        request, "approvals/supplement-ask.html", {"agreement": agreement, "form": form}, status=status_of(form)
    )


@require_POST
def notice(request, public_id: str) -> HttpResponseBase:
    """Print the notice of a supplement 补正通知书, or send the one that already says the same."""
    seen = Agreement.objects.visible_to(request.user)
    rows = Supplement.objects.filter(agreement__in=seen.values("pk")).select_related(
        "agreement__authority", "agreement__lead_unit", "check_of__text", "review__text", "asked_by"
    )
    supplement = get_object_or_404(rows, public_id=public_id)
    printed = supplement_papers.supplement_notice(supplement, by=request.user)
    name = _("Supplement notice %(number)s, %(n)s") % {"number": supplement.agreement.number, "n": supplement.number}
    return files.response(printed.file, name + ".pdf")


@require_http_methods(["GET", "HEAD", "POST"])
def supply(request, public_id: str) -> HttpResponse:
    """Supply what is missing, thing by thing, and send it."""
    seen = Agreement.objects.visible_to(request.user)
    supplement = get_object_or_404(
        Supplement.objects.filter(agreement__in=seen.values("pk")).select_related(
            "agreement__lead_unit", "agreement__authority", "asked_by", "check_of", "review"
        ),
        public_id=public_id,
    )
    agreement = supplement.agreement
    permit(rules.may_answer_for_lead(request.user, agreement))
    bound = request.method == "POST"
    form = SupplyForm(request.POST if bound else None, request.FILES if bound else None, supplement=supplement)
    sending = form.data.get("act") == "send"

    def act() -> None:
        supplements.supply(supplement, form.given(), by=request.user)
        if sending:
            supplements.send(supplement, by=request.user)

    if bound and form.is_valid() and attempt(form, act):
        if sending:
            messages.success(request, pages.after_act(agreement, request.user, _("The supplement is sent.")))
            return redirect(agreement)
        messages.success(request, _("What you supplied is kept; it is not sent yet."))
        return redirect("approvals:supplement-edit", supplement.public_id)
    if not bound:
        lifecycle.check(agreement, supplements.SUPPLY, by=request.user)
        supplements.must_be_open(supplement)
    context = {
        "agreement": agreement,
        "supplement": supplement,
        "form": form,
        "gaps": getattr(form, "gaps", ()),
    }
    return render(request, "approvals/supplement-edit.html", context, status=status_of(form))
