"""Addresses of review and approval, below `/reviews/`."""

from django.urls import URLPattern, URLResolver, path

from accounts.policy import LOGIN, VISIBLE, declare
from approvals.views import acts, approval, listing, review, revision

app_name = "approvals"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", listing.listing, name="review-list"),
    path("<pid:public_id>/", review.edit, name="review-edit"),
    path("<pid:public_id>/back/", review.send_back, name="review-send-back"),
    path("<pid:public_id>/present/", approval.present, name="approval-open"),
    path("<pid:public_id>/party-report/", approval.party_report, name="party-report"),
    path("<pid:public_id>/revision/", revision.show, name="revision-show"),
    path("<pid:public_id>/revision/<slug:code>/", revision.act, name="revision-act"),
    path("<pid:public_id>/certificate/", revision.certificate, name="certificate-edit"),
    path("decisions/<pid:public_id>/", approval.decide, name="decision-edit"),
    path("decisions/<pid:public_id>/<slug:code>/", acts.on_assignment, name="assignment-act"),
    path("runs/<pid:public_id>/act/<slug:code>/", acts.on_run, name="run-act"),
    path("runs/<pid:public_id>/sheet/", approval.sheet, name="paper-sheet"),
]

declare(LOGIN, "approvals:review-list")
declare(
    VISIBLE,
    *(
        f"{app_name}:{name}"
        for name in (
            "review-edit",
            "review-send-back",
            "approval-open",
            "party-report",
            "revision-show",
            "revision-act",
            "certificate-edit",
            "decision-edit",
            "assignment-act",
            "run-act",
            "paper-sheet",
        )
    ),
)
