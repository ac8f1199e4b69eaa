"""Addresses of an agreement, below `/agreements/`; the list itself belongs to the desk."""

from django.urls import URLPattern, URLResolver, path

from accounts.policy import LOGIN, VISIBLE, declare
from agreements.views import acts, agreement, consultation, deliberation, drafting, opinions, preparation

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
    path(f"{one}text/<pid:text_id>/", drafting.show, name="text-show"),
    path(f"{one}consultations/new/", consultation.new, name="consultation-new"),
    path(f"{one}consultations/latest/", consultation.latest, name="consultation-latest"),
    path(f"{one}consultations/<pid:consultation_id>/", consultation.detail, name="consultation-detail"),
    path(f"{one}consultations/<pid:consultation_id>/text/", consultation.text, name="consultation-text"),
    path(f"{one}consultations/<pid:consultation_id>/table/", consultation.table, name="consultation-table"),
    path(f"{one}opinions/", consultation.every, name="opinion-list"),
    path(f"{one}opinions/table/", consultation.table, name="opinion-table"),
    path(f"{one}opinions/<pid:consulted_id>/give/", opinions.give, name="opinion-give"),
    path(f"{one}opinions/<pid:consulted_id>/urge/", consultation.urge, name="opinion-urge"),
    path(f"{one}opinions/<pid:point_id>/answer/", opinions.answer, name="opinion-answer"),
    path(f"{one}opinions/<pid:point_id>/maintain/", opinions.maintain, name="opinion-maintain"),
    path(f"{one}letters/new/", opinions.letter, name="letter-new"),
    path(f"{one}deliberations/new/", deliberation.new, name="deliberation-new"),
    path(f"{one}deliberations/<pid:deliberation_id>/", deliberation.detail, name="deliberation-detail"),
    path(f"{one}acts/<slug:code>/", acts.act, name="verb-act"),
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
            "text-show",
            "consultation-new",
            "consultation-latest",
            "consultation-detail",
            "consultation-text",
            "consultation-table",
            "opinion-list",
            "opinion-table",
            "opinion-give",
            "opinion-urge",
            "opinion-answer",
            "opinion-maintain",
            "letter-new",
            "deliberation-new",
            "deliberation-detail",
            "verb-act",
            "attachment-download",
            "paper-download",
        )
    ),
)
