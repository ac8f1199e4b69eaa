"""The papers of an agreement: filing, a newer version, marking as void, looking at one."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from agreements import pages, panels, subjects
from agreements.forms.files import FileForm, NewerForm, VoidForm
from agreements.models import Agreement, Attachment
from agreements.scope import visible_agreement
from agreements.services import attachments
from core.acts import attempt, status_of
from core.errors import BadInput
from core.errors_pages import wants_json
from records import files, preview, tokens

FILING = "file"
NEWER = "file-version"
CREATED = 201
either = require_http_methods(["GET", "HEAD", "POST"])


def _to_tab(agreement: Agreement) -> HttpResponse:
    return redirect(f"{agreement.get_absolute_url()}?tab=files")


def _paper(agreement: Agreement, attachment_id: str) -> Attachment:
    rows = agreement.attachments.select_related("file", "added_by", "voided_by")
    paper = get_object_or_404(rows, public_id=attachment_id)
    paper.agreement = agreement
    return paper


def _filed(request, agreement: Agreement, form: FileForm, sent) -> Attachment:
    """File one of the files of a form; the same file sent again by the same form is the same paper."""
    data = form.cleaned_data
    with files.received(sent, name=sent.name) as upload:
        reference, _fresh = tokens.once(
            tokens.part(
                request.POST.get("submission_token", ""), data["kind"], data["subject"], upload.name, upload.sha256
            ),
            user_id=request.user.pk,
            purpose=FILING,
            make=lambda: (
                attachments.file(
                    agreement,
                    data["kind"],
                    upload,
                    by=request.user,
                    remark=data["remark"],
                    subject_key=data["subject"],
                ).public_id
            ),
        )
    return _paper(agreement, reference)


def _file_into(stored: list[Attachment], request, agreement: Agreement, form: FileForm, sent) -> None:
    stored.append(_filed(request, agreement, form, sent))


@either
def add(request, public_id: str) -> HttpResponse:
    """File papers, several at once; each is stored or refused by itself, with its reason."""
    agreement = visible_agreement(request.user, public_id)
    attachments.may_still_file(agreement, by=request.user)
    form = FileForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        agreement=agreement,
        initial={"kind": request.GET.get("kind", "")},
    )
    if form.is_bound and wants_json(request):
        return _answer_script(request, agreement, form)
    stored: list[Attachment] = []
    if form.is_bound and form.is_valid():
        for sent in form.cleaned_data["papers"]:
            attempt(form, partial(_file_into, stored, request, agreement, form, sent))
        if form.is_valid():
            text = ngettext("%(n)s paper was filed.", "%(n)s papers were filed.", len(stored)) % {"n": len(stored)}
            messages.success(request, text)
            return _to_tab(agreement)
    context = {
        **pages.head(agreement),
        "form": form,
        "stored": stored,
        "submission_token": request.POST.get("submission_token") or tokens.new(),
        "limit": settings.UPLOAD_LIMIT_BYTES,
    }
    return render(request, "agreements/file-add.html", context, status=status_of(form))


def _answer_script(request, agreement: Agreement, form: FileForm) -> JsonResponse:
    """File one paper for the script that sends them one by one; a refusal is answered as everywhere."""
    if not form.is_valid():
        name, texts = next(iter(form.errors.items()))
        label = form.fields[name].label if name in form.fields else ""
        text = str(texts[0])
        raise BadInput(_("%(field)s: %(text)s") % {"field": label, "text": text} if label else text)
    if len(form.cleaned_data["papers"]) > 1:
        raise BadInput(_("One file at a time."))
    paper = _filed(request, agreement, form, form.cleaned_data["papers"][0])
    address = reverse("agreements:file-preview", args=[agreement.public_id, paper.public_id])
    return JsonResponse({"name": paper.name, "url": address}, status=CREATED)


@either
def replace(request, public_id: str, attachment_id: str) -> HttpResponse:
    """File a newer version of a paper; the older one stays under it."""
    agreement = visible_agreement(request.user, public_id)
    paper = _paper(agreement, attachment_id)
    attachments.may_still_file(agreement, by=request.user)
    if request.method != "POST":
        attachments.may_still_change(paper)
    bound = (request.POST, request.FILES) if request.method == "POST" else ()
    form = NewerForm(*bound)

    def file() -> None:
        sent = form.cleaned_data["file"]
        with files.received(sent, name=sent.name) as upload:
            tokens.once(
                request.POST.get("submission_token", ""),
                user_id=request.user.pk,
                purpose=NEWER,
                make=lambda: (
                    attachments.replace(paper, upload, by=request.user, remark=form.cleaned_data["remark"]).public_id
                ),
            )

    if form.is_bound and form.is_valid() and attempt(form, file):
        messages.success(request, _("The newer version is filed; the older one stays under it."))
        return _to_tab(agreement)
    token = request.POST.get("submission_token") or tokens.new()
    context = {**pages.head(agreement), "form": form, "paper": paper, "submission_token": token}
    return render(request, "agreements/file-replace.html", context, status=status_of(form))


@either
def void(request, public_id: str, attachment_id: str) -> HttpResponse:
    """Mark a paper as void, with the reason; nothing is deleted."""
    agreement = visible_agreement(request.user, public_id)
    paper = _paper(agreement, attachment_id)
    attachments.may_still_file(agreement, by=request.user)
    if request.method != "POST":
        attachments.may_still_change(paper)
    form = VoidForm(request.POST if request.method == "POST" else None)
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: attachments.void(paper, by=request.user, reason=form.cleaned_data["reason"]))
    ):
        messages.success(request, _("The paper is marked as void; it stays in the files."))
        return _to_tab(agreement)
    context = {**pages.head(agreement), "form": form, "paper": paper}
    return render(request, "agreements/file-void.html", context, status=status_of(form))


@require_safe
def show(request, public_id: str, attachment_id: str) -> HttpResponse:
    """Show a paper as far as it can be shown: drawn pages, words, cells; never its own bytes."""
    agreement = visible_agreement(request.user, public_id)
    paper = _paper(agreement, attachment_id)
    found = preview.look(paper.file)
    number = _page_number(request.GET.get("page", "1"), found.pages)
    context = {
        **pages.head(agreement),
        "paper": paper,
        "subject": subjects.worded(agreement, [paper.subject_key]).get(paper.subject_key, ""),
        "found": found,
        "number": number,
        "can_change": panels.can_change_paper(request, paper),
    }
    return render(request, "agreements/file-preview.html", context)


def _page_number(text: str, pages_there: int) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 1
    return max(1, min(number, pages_there))


@require_safe
def page(request, public_id: str, attachment_id: str, number: int) -> HttpResponse:
    """Send one page of a paper as the picture we drew of it."""
    agreement = visible_agreement(request.user, public_id)
    return preview.page(_paper(agreement, attachment_id).file, number)
