"""Addresses of an agreement, below `/agreements/`; the list itself belongs to the desk."""

from django.urls import URLPattern, URLResolver, path

from accounts.policy import LOGIN, VISIBLE, declare
from agreements.views import (
    acts,
    agreement,
    classified,
    consultation,
    counterparties,
    diligence,
    drafting,
    preparation,
    relations,
)

app_name = "agreements"

one = "<pid:public_id>/"
entry = f"counterparties/{one}"
urlpatterns: list[URLPattern | URLResolver] = [
    path("new/", agreement.new, name="agreement-new"),
    path("new/<slug:code>/", agreement.create, name="agreement-create"),
    path("classified/", classified.listing, name="classified-list"),
    path("classified/new/", classified.new, name="classified-new"),
    path("counterparties/", counterparties.listing, name="counterparty-list"),
    path(entry, counterparties.detail, name="counterparty-detail"),
    path(f"{entry}edit/", counterparties.edit, name="counterparty-edit"),
    path(f"{entry}names/new/", counterparties.alias, name="alias-new"),
    path(f"{entry}contacts/new/", counterparties.contact, name="contact-new"),
    path(f"{entry}contacts/<pid:contact_id>/reveal/", counterparties.reveal, name="contact-reveal"),
    path(f"{entry}contacts/<pid:contact_id>/retire/", counterparties.retire, name="contact-retire"),
    path(f"{entry}risks/new/", counterparties.risk, name="risk-event-new"),
    path(f"{entry}risks/<pid:event_id>/paper/", counterparties.risk_paper, name="risk-event-paper"),
    path(f"{entry}merge/", counterparties.merge, name="counterparty-merge"),
    path(one, agreement.detail, name="agreement-detail"),
    path(f"{one}preparation/", preparation.edit, name="preparation-edit"),
    path(f"{one}parties/", preparation.parties, name="parties-edit"),
    path(f"{one}origin/", preparation.origin, name="origin-edit"),
    path(f"{one}relations/", relations.edit, name="relations-edit"),
    path(f"{one}links/", relations.make, name="link-make"),
    path(f"{one}links/<pid:link_id>/remove/", relations.remove, name="link-remove"),
    path(f"{one}diligence/", diligence.whole, name="diligence-show"),
    path(f"{one}parties/<pid:party_id>/diligence/", diligence.assess, name="diligence-edit"),
    path(f"{one}ability/", diligence.ability, name="ability-edit"),
    path(f"{one}risk/", diligence.risk, name="risk-edit"),
    path(f"{one}text/", drafting.edit, name="text-edit"),
    path(f"{one}text/save/", drafting.save, name="text-save"),
    path(f"{one}text/<pid:text_id>/", drafting.show, name="text-show"),
    path(f"{one}consultations/new/", consultation.new, name="consultation-new"),
    path(f"{one}consultations/latest/", consultation.latest, name="consultation-latest"),
    path(f"{one}consultations/<pid:consultation_id>/", consultation.detail, name="consultation-detail"),
    path(f"{one}opinions/<pid:consulted_id>/give/", consultation.give, name="opinion-give"),
    path(f"{one}opinions/<pid:opinion_id>/answer/", consultation.answer, name="opinion-answer"),
    path(f"{one}acts/<slug:code>/", acts.act, name="verb-act"),
    path(f"{one}files/<pid:attachment_id>/", agreement.download, name="attachment-download"),
    path(f"{one}papers/<pid:printed_id>/", agreement.paper, name="paper-download"),
]

declare(
    LOGIN,
    *(
        f"{app_name}:{name}"
        for name in (
            "agreement-new",
            "agreement-create",
            "classified-list",
            "classified-new",
            "counterparty-list",
            "counterparty-detail",
            "counterparty-edit",
            "counterparty-merge",
            "alias-new",
            "contact-new",
            "contact-reveal",
            "contact-retire",
            "risk-event-new",
            "risk-event-paper",
        )
    ),
)
declare(
    VISIBLE,
    *(
        f"{app_name}:{name}"
        for name in (
            "agreement-detail",
            "preparation-edit",
            "parties-edit",
            "origin-edit",
            "relations-edit",
            "link-make",
            "link-remove",
            "diligence-show",
            "diligence-edit",
            "ability-edit",
            "risk-edit",
            "text-edit",
            "text-save",
            "text-show",
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
