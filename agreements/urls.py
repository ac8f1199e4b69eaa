"""Addresses of an agreement, below `/agreements/`; the list itself belongs to the desk."""

from django.urls import URLPattern, URLResolver, path

from accounts.policy import LOGIN, VISIBLE, declare
from agreements.views import acts, agreement, consultation, drafting, exchange, files, preparation, versions, word

app_name = "agreements"

one = "<pid:public_id>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("new/", agreement.new, name="agreement-new"),
    path("new/<slug:code>/", agreement.create, name="agreement-create"),
    path(one, agreement.detail, name="agreement-detail"),
    path(f"{one}preparation/", preparation.edit, name="preparation-edit"),
    path(f"{one}parties/", preparation.parties, name="parties-edit"),
    path(f"{one}parties/<pid:party_id>/diligence/", preparation.diligence, name="diligence-edit"),
    path(f"{one}risk/", preparation.risk, name="risk-edit"),
    path(f"{one}text/", drafting.edit, name="text-edit"),
    path(f"{one}text/save/", drafting.save, name="text-save"),
    path(f"{one}text/compare/", versions.compare, name="text-compare"),
    path(f"{one}text/<pid:text_id>/", drafting.show, name="text-show"),
    path(f"{one}text/<pid:text_id>/word/", word.download, name="text-word"),
    path(f"{one}word/", word.upload, name="word-upload"),
    path(f"{one}word/<pid:incoming_id>/", word.confirm, name="word-confirm"),
    path(f"{one}word/<pid:incoming_id>/discard/", word.discard, name="word-discard"),
    path(f"{one}text/<pid:text_id>/against/<pid:against_id>/reason/", versions.explain, name="change-explain"),
    path(f"{one}text/<pid:text_id>/against/<pid:against_id>/sheet/", versions.sheet, name="comparison-sheet"),
    path(f"{one}exchanges/new/", exchange.record, name="exchange-record"),
    path(f"{one}exchanges/<pid:exchange_id>/strike/", exchange.strike, name="exchange-strike"),
    path(f"{one}consultations/new/", consultation.new, name="consultation-new"),
    path(f"{one}consultations/latest/", consultation.latest, name="consultation-latest"),
    path(f"{one}consultations/<pid:consultation_id>/", consultation.detail, name="consultation-detail"),
    path(f"{one}opinions/<pid:consulted_id>/give/", consultation.give, name="opinion-give"),
    path(f"{one}opinions/<pid:opinion_id>/answer/", consultation.answer, name="opinion-answer"),
    path(f"{one}acts/<slug:code>/", acts.act, name="verb-act"),
    path(f"{one}files/new/", files.add, name="file-add"),
    path(f"{one}files/<pid:attachment_id>/replace/", files.replace, name="file-replace"),
    path(f"{one}files/<pid:attachment_id>/void/", files.void, name="file-void"),
    path(f"{one}files/<pid:attachment_id>/preview/", files.show, name="file-preview"),
    path(f"{one}files/<pid:attachment_id>/pages/<int:number>.png", files.page, name="file-page"),
    path(f"{one}files/<pid:attachment_id>/", agreement.download, name="attachment-download"),
    path(f"{one}papers/<pid:printed_id>/", agreement.paper, name="paper-download"),
]

declare(LOGIN, "agreements:agreement-new", "agreements:agreement-create")
declare(
    VISIBLE,
    *(
        f"{app_name}:{name}"
        for name in (
            "agreement-detail",
            "preparation-edit",
            "parties-edit",
            "diligence-edit",
            "risk-edit",
            "text-edit",
            "text-save",
            "text-compare",
            "text-show",
            "text-word",
            "word-upload",
            "word-confirm",
            "word-discard",
            "change-explain",
            "comparison-sheet",
            "exchange-record",
            "exchange-strike",
            "consultation-new",
            "consultation-latest",
            "consultation-detail",
            "opinion-give",
            "opinion-answer",
            "verb-act",
            "file-add",
            "file-replace",
            "file-void",
            "file-preview",
            "file-page",
            "attachment-download",
            "paper-download",
        )
    ),
)
