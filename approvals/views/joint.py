"""Who reviews beside the legal affairs office: departments asked, left out, answering; experts (§3.3)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements import margin
from agreements.forms.units import units_of
from agreements.models import Agreement
from agreements.scope import visible_agreement
from agreements.services import lifecycle
from approvals import pages, review_pages, rules
from approvals.models import JointReview, LegalReview
from approvals.review_forms import ExpertForm, JointAnswerForm, JointForm, JointSheet, ReasonedForm
from approvals.services.review import experts, joint
from approvals.services.review.common import current
from core.acts import attempt, permit, status_of
from records import tokens

EXPERT = "expert"


def _open_round(agreement: Agreement) -> LegalReview:
    review = current(agreement)
    if review is None:
        raise Http404
    return review


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request, public_id: str) -> HttpResponse:
    """Show what the text touches and whom that leads to; ask units by a day."""
    agreement = visible_agreement(request.user, public_id)
    permit(rules.may_review(request.user, agreement))
    review = _open_round(agreement)
    rows = list(review.joint.select_related("unit"))
    proposed = [row.unit for row in rows if row.state == JointReview.State.PROPOSED and row.unit]
    form = JointForm(
        request.POST if request.method == "POST" else None,
        initial={"workdays": joint.usual_workdays(review), "units": [str(unit.pk) for unit in proposed]},
    )
    asked = [row for row in rows if row.state not in (JointReview.State.PROPOSED, JointReview.State.DROPPED)]
    taken = {agreement.lead_unit_id, *(row.unit_id for row in asked)}
    form.offer(
        [unit for unit in units_of(agreement.authority) if unit.pk not in taken],
        first=proposed,
        heading=_("Proposed by what the text touches"),
        asked=asked,
    )
    if (
        form.is_bound
        and form.is_valid()
        and attempt(
            form,
            lambda: joint.ask(
                review,
                form.cleaned_data["units"],
                by=request.user,
                workdays=form.cleaned_data["workdays"],
                reason=form.cleaned_data["reason"],
            ),
        )
    ):
        messages.success(request, _("The units are asked; they answer by the day you set."))
        return redirect("approvals:review-edit", agreement.public_id)
    if not form.is_bound:
        lifecycle.check(agreement, "review", by=request.user)
    context = {
        "agreement": agreement,
        "review": review,
        "form": form,
        "joint": review_pages.joint_lines(review),
        "may_record": review.is_open,
    }
    return render(request, "approvals/joint-ask.html", context, status=status_of(form))


def _row(request, public_id: str) -> JointReview:
    seen = Agreement.objects.visible_to(request.user)
    return get_object_or_404(
        JointReview.objects.filter(review__agreement__in=seen.values("pk")).select_related(
            "unit",
            "review__text",
            "review__reviewer",
            "review__agreement__lead_unit",
            "review__agreement__authority",
            "review__agreement__category",
            "answered_by",
        ),
        public_id=public_id,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def settle(request, public_id: str) -> HttpResponse:
    """Leave a proposed unit out, go on without an answer, or urge a unit."""
    row = _row(request, public_id)
    agreement = row.review.agreement
    permit(rules.may_review(request.user, agreement))
    form = ReasonedForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        data = form.cleaned_data
        if data["act"] == "urge":
            joint.urge(row, by=request.user)
        else:
            {"drop": joint.drop, "go_on": joint.go_on_without}[data["act"]](row, by=request.user, reason=data["reason"])

    if form.is_bound and form.is_valid() and attempt(form, act):
        done = {
            "drop": _("The unit is left out; the reason stays with the review."),
            "go_on": _("The review goes on without this answer; the reason stays with it."),
            "urge": _("The unit is urged."),
        }
        messages.success(request, done[form.cleaned_data["act"]])
        return redirect("approvals:review-edit", agreement.public_id)
    if not form.is_bound:
        lifecycle.check(agreement, "review", by=request.user)
    context = {"agreement": agreement, "row": row, "line": review_pages.joint_line(row), "form": form}
    return render(request, "approvals/joint-settle.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request, public_id: str) -> HttpResponse:
    """Answer for a unit: the text beside findings by clause, or the word that there is none."""
    row = _row(request, public_id)
    review, agreement = row.review, row.review.agreement
    permit(rules.may_answer_joint(request.user, row))
    reading = pages.reading_of(review.text, request.user, full="full" in request.GET, review=None)
    places = [(clause.lineage, clause.heading) for clause in reading.clauses if not clause.dropped]
    data = request.POST if request.method == "POST" else None
    form = JointAnswerForm(data, initial={"text_sha256": review.text.sha256})
    sheet = JointSheet(data, prefix="finding", form_kwargs={"clauses": places})
    valid = form.is_bound and form.is_valid() and sheet.is_valid()
    if valid and (form.cleaned_data["stance"] == JointReview.Stance.FINDINGS) != bool(sheet.kept):
        form.add_error("stance", _("Findings are written below; without any the unit has no objection."))
        valid = False

    def act() -> None:
        joint.answer(
            row,
            by=request.user,
            text_sha256=form.cleaned_data["text_sha256"],
            findings=[(one.cleaned_data["point"], one.content()) for one in sheet.kept],
            words=form.cleaned_data["words"],
        )

    if valid and attempt(form, act):
        messages.success(request, pages.after_act(agreement, request.user, _("The answer of your unit is in.")))
        return redirect(agreement)
    if not form.is_bound:
        joint.must_be_answerable(row)
    light, own_limit = pages.light_of(agreement, row.key)
    context = {
        "agreement": agreement,
        "review": review,
        "row": row,
        "line": review_pages.joint_line(row),
        "form": form,
        "sheet": sheet,
        "formsets": [sheet],
        "reading": reading,
        **margin.margin(agreement, review.text),
        "light": light,
        "own_limit": own_limit,
    }
    return render(request, "approvals/joint-answer.html", context, status=status_of(form, sheet))


@require_http_methods(["GET", "HEAD", "POST"])
def expert(request, public_id: str) -> HttpResponse:
    """Record what an expert said, with the signed paper; a form sent twice records it once."""
    agreement = visible_agreement(request.user, public_id)
    permit(rules.may_review(request.user, agreement))
    review = _open_round(agreement)
    bound = request.method == "POST"
    form = ExpertForm(request.POST if bound else None, request.FILES if bound else None)

    def once() -> None:
        tokens.once(
            request.POST.get("submission_token", ""),
            user_id=request.user.pk,
            purpose=f"{EXPERT}:{review.pk}",
            make=lambda: str(experts.record(review, by=request.user, **form.content()).pk),
        )

    if bound and form.is_valid() and attempt(form, once):
        messages.success(request, _("The expert's opinion is on record."))
        return redirect("approvals:review-edit", agreement.public_id)
    if not bound:
        lifecycle.check(agreement, "review", by=request.user)
    context = {
        "agreement": agreement,
        "review": review,
        "form": form,
        "submission_token": request.POST.get("submission_token") or tokens.new(),
    }
    return render(request, "approvals/expert-record.html", context, status=status_of(form))
