"""The page of a revision under approval, each act on it, and the editorial certificate after a return."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from agreements import verbs
from agreements.differences import clauses
from agreements.models import Agreement
from agreements.scope import visible_agreement
from agreements.services import lifecycle
from approvals import pages, revision_pages, substance
from approvals.models import Revision
from approvals.pages import Reading
from approvals.revision_forms import CertificateForm, CheckForm, CloseForm, ResumeForm, SubmitForm
from approvals.services import certifying, revising
from approvals.substance import Verdict
from core.acts import attempt, permit, status_of


@require_safe
def show(request, public_id: str) -> HttpResponse:
    """Show a revision: the resolution, what changed, who is asked again and why, and the act that is this reader's."""
    agreement = visible_agreement(request.user, public_id)
    return _page(request, agreement, _revision(agreement))


@require_POST
def act(request, public_id: str, code: str) -> HttpResponse:
    """Submit, check, revise once more, or take in."""
    agreement = visible_agreement(request.user, public_id)
    revision = _revision(agreement)
    if code not in ACTS:
        raise Http404
    permit(verbs.get(code).may(request.user, agreement))
    carry_out, done = ACTS[code]
    verdict = substance.check(revision.before, revision_pages.text_of(revision))
    form = _form(code, revision, verdict, request.POST, request.FILES)
    if form.is_valid() and attempt(form, lambda: carry_out(revision, request.user, form)):
        messages.success(request, pages.after_act(agreement, request.user, str(done())))
        return redirect(agreement)
    return _page(request, agreement, revision, code, form)


def _revision(agreement: Agreement) -> Revision:
    revision = revision_pages.latest(agreement)
    if revision is None:
        raise Http404
    revision.run.agreement = agreement
    return revision


def _submit(revision: Revision, by: User, form: forms.Form) -> None:
    if isinstance(form, SubmitForm):
        revising.submit(revision, by=by, **form.facts())


ACTS: dict[str, tuple[Callable[[Revision, User, forms.Form], Any], Callable[[], str]]] = {
    revising.SUBMIT: (_submit, lambda: _("The revised text is submitted.")),
    revising.CHECK: (
        lambda revision, by, form: revising.check(revision, by=by, **form.cleaned_data),
        lambda: _("Your finding is on record."),
    ),
    revising.RESUME: (
        lambda revision, by, form: revising.resume(revision, by=by, **form.cleaned_data),
        lambda: _("The text is open to be revised once more."),
    ),
    revising.CLOSE: (
        lambda revision, by, form: revising.close(revision, by=by),
        lambda: _("The revised text is taken into the approval."),
    ),
}


def _form(code: str, revision: Revision, verdict: Verdict, data: Any = None, sent_files: Any = None) -> forms.Form:
    if code == revising.SUBMIT:
        return SubmitForm(data, sent_files, verdict=verdict)
    if code == revising.CHECK:
        shown = revision.after.sha256 if revision.after else ""
        return CheckForm(data, verdict=verdict, initial={"text_sha256": shown})
    return ResumeForm(data) if code == revising.RESUME else CloseForm(data)


def _page(
    request, agreement: Agreement, revision: Revision, code: str = "", form: forms.Form | None = None
) -> HttpResponse:
    text = revision_pages.text_of(revision)
    light, own_limit = pages.light_of(agreement, revision.key)
    prefetch_related_objects([text, revision.before], "marks")
    marked = clauses(text, revision.before)
    context: dict[str, Any] = {
        "agreement": agreement,
        "revision": revision,
        "text": text,
        "reading": Reading(text, revision.before, marked, "full" in request.GET),
        "re_asked": revision_pages.re_asked(revision),
        "verdict": substance.check(revision.before, text),
        "light": light,
        "own_limit": own_limit,
        "round": revision.rounds.order_by("-round").first(),
    }
    offered: list[dict[str, Any]] = []
    for one in ACTS:
        verb = verbs.get(one)
        if verb.offered(agreement) and lifecycle.is_time(agreement, verb) and verb.may(request.user, agreement):
            shown = form if one == code and form else _form(one, revision, context["verdict"])
            gaps = getattr(shown, "gaps", ()) or verb.gaps(agreement)
            offered.append({"code": one, "verb": verb, "form": shown, "gaps": gaps})
    may_write = verbs.get(revising.REVISE)
    context |= {
        "offered": offered,
        "form": form,
        "may_write": may_write.offered(agreement) and bool(may_write.may(request.user, agreement)),
    }
    return render(request, "approvals/revision-show.html", context, status=status_of(form) if form else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def certificate(request, public_id: str) -> HttpResponse:
    """Certify that a text that came back was changed in wording only, beside the changes themselves."""
    agreement = visible_agreement(request.user, public_id)
    permit(verbs.get(certifying.VERB).may(request.user, agreement))
    pair = certifying.pending(agreement)
    form = CertificateForm(
        request.POST if request.method == "POST" else None,
        initial={"text_sha256": pair.after.sha256 if pair else ""},
    )
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: certifying.certify(agreement, by=request.user, **form.cleaned_data))
    ):
        messages.success(request, _("The change is certified as one of wording only."))
        return redirect("approvals:review-edit", agreement.public_id)
    if pair is None:
        raise certifying.nothing_to_certify()
    prefetch_related_objects([pair.before, pair.after], "marks")
    verdict = substance.check(pair.before, pair.after)
    context = {
        "agreement": agreement,
        "form": form,
        "gaps": certifying.gaps(verdict),
        "verdict": verdict,
        "pair": pair,
        "reading": Reading(pair.after, pair.before, clauses(pair.after, pair.before), "full" in request.GET),
    }
    return render(request, "approvals/certificate-edit.html", context, status=status_of(form))
