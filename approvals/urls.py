"""Addresses of review and approval, below `/reviews/`."""

from django.urls import URLPattern, URLResolver, path

from accounts.policy import LOGIN, VISIBLE, declare
from approvals.views import (
    acts,
    approval,
    completeness,
    deciding,
    findings,
    intervening,
    joint,
    listing,
    review,
    revision,
    route,
)

app_name = "approvals"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", listing.listing, name="review-list"),
    path("<pid:public_id>/", review.edit, name="review-edit"),
    path("<pid:public_id>/check/", completeness.edit, name="completeness-edit"),
    path("<pid:public_id>/supplement/", completeness.ask, name="supplement-ask"),
    path("supplements/<pid:public_id>/", completeness.supply, name="supplement-edit"),
    path("<pid:public_id>/joint/", joint.ask, name="joint-ask"),
    path("joint/<pid:public_id>/settle/", joint.settle, name="joint-settle"),
    path("joint/<pid:public_id>/", joint.answer, name="joint-answer"),
    path("<pid:public_id>/experts/", joint.expert, name="expert-record"),
    path("<pid:public_id>/clock/", review.still, name="review-clock"),
    path("<pid:public_id>/answers/", findings.answer, name="finding-answer"),
    path("findings/<pid:public_id>/", findings.judge, name="finding-judge"),
    path("<pid:public_id>/section/", findings.own_section, name="section-record"),
    path("rounds/<pid:public_id>/opinion/", review.opinion, name="paper-opinion"),
    path("supplements/<pid:public_id>/notice/", completeness.notice, name="paper-supplement"),
    path("<pid:public_id>/back/", review.send_back, name="review-send-back"),
    path("<pid:public_id>/route/", route.show, name="route-show"),
    path("<pid:public_id>/route/paper/", route.paper, name="route-paper"),
    path("<pid:public_id>/present/", approval.present, name="approval-open"),
    path("<pid:public_id>/party-report/", approval.party_report, name="party-report"),
    path("<pid:public_id>/revision/", revision.show, name="revision-show"),
    path("<pid:public_id>/revision/<slug:code>/", revision.act, name="revision-act"),
    path("<pid:public_id>/certificate/", revision.certificate, name="certificate-edit"),
    path("decisions/<pid:public_id>/", deciding.decide, name="decision-edit"),
    path("decisions/<pid:public_id>/<slug:code>/", acts.on_assignment, name="assignment-act"),
    path("runs/<pid:public_id>/act/<slug:code>/", acts.on_run, name="run-act"),
    path("copies/<pid:public_id>/", deciding.copied, name="copy-show"),
    path("interventions/", intervening.listing, name="intervention-list"),
    path("interventions/items/<pid:public_id>/", intervening.propose, name="intervention-propose"),
    path("interventions/<pid:public_id>/", intervening.answer, name="intervention-answer"),
    path("interventions/<pid:public_id>/document/", intervening.document, name="intervention-document"),
    path("runs/<pid:public_id>/sheet/", approval.sheet, name="paper-sheet"),
    path("runs/<pid:public_id>/countersignatures/", approval.countersign_sheet, name="paper-countersign"),
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
            "completeness-edit",
            "supplement-ask",
            "supplement-edit",
            "joint-ask",
            "joint-settle",
            "joint-answer",
            "expert-record",
            "review-clock",
            "finding-answer",
            "finding-judge",
            "section-record",
            "paper-opinion",
            "paper-supplement",
            "review-send-back",
            "route-show",
            "route-paper",
            "approval-open",
            "party-report",
            "revision-show",
            "revision-act",
            "certificate-edit",
            "decision-edit",
            "assignment-act",
            "run-act",
            "copy-show",
            "paper-sheet",
            "paper-countersign",
        )
    ),
)
