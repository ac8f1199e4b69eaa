"""Addresses of an agreement, below `/agreements/`; the list itself belongs to the desk."""

from django.urls import URLPattern, URLResolver, path

from accounts.policy import LOGIN, VISIBLE, declare
from agreements.views import acts, agreement, consultation, drafting, preparation, screening

app_name = "agreements"

one = "<pid:public_id>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("new/", agreement.new, name="agreement-new"),
    path("new/<slug:code>/", agreement.create, name="agreement-create"),
    path("screening/", screening.trial, name="screening-try"),
    path("screening/rules/", screening.rules_in_force, name="screening-rules"),
    path(one, agreement.detail, name="agreement-detail"),
    path(f"{one}preparation/", preparation.edit, name="preparation-edit"),
    path(f"{one}parties/", preparation.parties, name="parties-edit"),
    path(f"{one}parties/<pid:party_id>/diligence/", preparation.diligence, name="diligence-edit"),
    path(f"{one}risk/", preparation.risk, name="risk-edit"),
    path(f"{one}text/", drafting.edit, name="text-edit"),
    path(f"{one}text/save/", drafting.save, name="text-save"),
    path(f"{one}text/present/", drafting.present, name="text-present"),
    path(f"{one}text/clauses/add/", drafting.clause_add, name="clause-add"),
    path(f"{one}text/clauses/<pid:lineage>/", drafting.clause, name="text-clause"),
    path(f"{one}text/clauses/<pid:lineage>/change/", drafting.clause_change, name="clause-change"),
    path(f"{one}text/aside/<pid:aside_id>/", drafting.aside, name="text-aside"),
    path(f"{one}text/<pid:text_id>/", drafting.show, name="text-show"),
    path(f"{one}findings/<slug:fingerprint>/", screening.keep, name="finding-keep"),
    path(f"{one}consultations/new/", consultation.new, name="consultation-new"),
    path(f"{one}consultations/latest/", consultation.latest, name="consultation-latest"),
    path(f"{one}consultations/<pid:consultation_id>/", consultation.detail, name="consultation-detail"),
    path(f"{one}opinions/<pid:consulted_id>/give/", consultation.give, name="opinion-give"),
    path(f"{one}opinions/<pid:opinion_id>/answer/", consultation.answer, name="opinion-answer"),
    path(f"{one}acts/<slug:code>/", acts.act, name="verb-act"),
    path(f"{one}files/<pid:attachment_id>/", agreement.download, name="attachment-download"),
    path(f"{one}papers/<pid:printed_id>/", agreement.paper, name="paper-download"),
]

declare(LOGIN, "agreements:agreement-new", "agreements:agreement-create")
declare(LOGIN, "agreements:screening-try", "agreements:screening-rules")
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
            "text-present",
            "clause-add",
            "text-clause",
            "clause-change",
            "text-aside",
            "text-show",
            "finding-keep",
            "consultation-new",
            "consultation-latest",
            "consultation-detail",
            "opinion-give",
            "opinion-answer",
            "verb-act",
            "attachment-download",
            "paper-download",
        )
    ),
)
