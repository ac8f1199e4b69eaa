"""The lead unit's side of the review: answering what was found, and its own legal section's opinion (§3.3)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements import rules as agreement_rules
from agreements.models import Agreement, Station
from agreements.scope import visible_agreement
from agreements.services import lifecycle
from approvals import pages, rules
from approvals.models import ReviewFinding
from approvals.review_forms import AnswersForm, JudgeForm, SectionForm
from approvals.services.review import findings, section
from approvals.services.review.common import current
from core import clock
from core.acts import attempt, permit, status_of
from records import tokens


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request, public_id: str) -> HttpResponse:
    """Answer every finding: changed, in part, or kept with its reason."""
    agreement = visible_agreement(request.user, public_id)
    permit(rules.may_answer_for_lead(request.user, agreement))
    found = findings.of(agreement)
    waiting = [one for one in found if one.status == findings.Status.OPEN]
    form = AnswersForm(
        request.POST if request.method == "POST" else None,
        waiting=waiting,
        kept_only=agreement.station == Station.LEGAL_REVIEW,
    )
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: findings.answer(agreement, form.answers(), by=request.user))
    ):
        if findings.unanswered(agreement):
            messages.success(request, _("Your answers are kept; the findings below still wait."))
            return redirect("approvals:finding-answer", agreement.public_id)
        messages.success(request, pages.after_act(agreement, request.user, _("Every finding is answered.")))
        return redirect(agreement)
    if not form.is_bound:
        lifecycle.check(agreement, findings.ANSWER, by=request.user)
    context = {
        "agreement": agreement,
        "form": form,
        "done": [one for one in found if one.status not in (findings.Status.OPEN, findings.Status.DRAFT)],
        "can_write": agreement.station == Station.DRAFTING,
    }
    return render(request, "approvals/finding-answer.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def judge(request, public_id: str) -> HttpResponse:
    """Accept the lead unit's answer to a finding, or maintain the finding."""
    seen = Agreement.objects.visible_to(request.user)
    finding = get_object_or_404(
        ReviewFinding.objects.filter(review__agreement__in=seen.values("pk")).select_related(
            "review__agreement__authority", "review__agreement__lead_unit"
        ),
        public_id=public_id,
    )
    agreement = finding.review.agreement
    permit(rules.may_review(request.user, agreement))
    review = current(agreement) or finding.review
    one = next(one for one in findings.of(agreement) if one.finding.pk == finding.pk)
    form = JudgeForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        findings.judge(
            review,
            finding.public_id,
            by=request.user,
            accepted=form.cleaned_data["accepted"] == "yes",
            reason=form.cleaned_data["reason"],
        )

    if form.is_bound and form.is_valid() and attempt(form, act):
        messages.success(request, _("The answer is judged."))
        return redirect("approvals:review-edit", agreement.public_id)
    if not form.is_bound:
        lifecycle.check(agreement, "review", by=request.user)
    return render(
        request,
        "approvals/finding-judge.html",
        {"agreement": agreement, "one": one, "form": form},
        status=status_of(form),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def own_section(request, public_id: str) -> HttpResponse:
    """Record what the lead unit's own legal section said of the draft; a form sent twice records it once."""
    agreement = visible_agreement(request.user, public_id)
    permit(agreement_rules.may_edit(request.user, agreement))
    bound = request.method == "POST"
    form = SectionForm(
        request.POST if bound else None,
        request.FILES if bound else None,
        initial={"given_on": clock.today().isoformat()},
    )

    def once() -> None:
        tokens.once(
            request.POST.get("submission_token", ""),
            user_id=request.user.pk,
            purpose=f"{section.VERB}:{agreement.pk}",
            make=lambda: str(section.record(agreement, by=request.user, **form.cleaned_data).pk),
        )

    if bound and form.is_valid() and attempt(form, once):
        messages.success(request, _("The opinion of the unit's legal section is on record."))
        return redirect(agreement)
    if not bound:
        lifecycle.check(agreement, section.VERB, by=request.user)
    last = section.latest(agreement)
    context = {
        "agreement": agreement,
        "form": form,
        "last": last,
        "is_old": last is not None and not section.covers_the_text(last),
        "is_required": section.is_required(agreement),
        "submission_token": request.POST.get("submission_token") or tokens.new(),
    }
    return render(request, "approvals/section-record.html", context, status=status_of(form))
