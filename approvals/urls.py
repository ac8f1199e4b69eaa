"""Addresses of review and approval, below `/reviews/`."""

from django.urls import URLPattern, URLResolver, path

from accounts.policy import LOGIN, VISIBLE, declare
from approvals.views import acts, approval, intervening, listing, review

app_name = "approvals"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", listing.listing, name="review-list"),
    path("<pid:public_id>/", review.edit, name="review-edit"),
    path("<pid:public_id>/back/", review.send_back, name="review-send-back"),
    path("<pid:public_id>/present/", approval.present, name="approval-open"),
    path("<pid:public_id>/party-report/", approval.party_report, name="party-report"),
    path("decisions/<pid:public_id>/", approval.decide, name="decision-edit"),
    path("decisions/<pid:public_id>/<slug:code>/", acts.on_assignment, name="assignment-act"),
    path("runs/<pid:public_id>/act/<slug:code>/", acts.on_run, name="run-act"),
    path("interventions/", intervening.listing, name="intervention-list"),
    path("interventions/items/<pid:public_id>/", intervening.propose, name="intervention-propose"),
    path("interventions/<pid:public_id>/", intervening.answer, name="intervention-answer"),
    path("interventions/<pid:public_id>/document/", intervening.document, name="intervention-document"),
    path("runs/<pid:public_id>/sheet/", approval.sheet, name="paper-sheet"),
]

declare(
    LOGIN,
    *(
        f"{app_name}:{name}"
        for name in (
            "review-list",
            "intervention-list",
            "intervention-propose",
            "intervention-answer",
            "intervention-document",
        )
    ),
)
declare(
    VISIBLE,
    *(
        f"{app_name}:{name}"
        for name in (
            "review-edit",
            "review-send-back",
            "approval-open",
            "party-report",
            "decision-edit",
            "assignment-act",
            "run-act",
            "paper-sheet",
        )
    ),
)
