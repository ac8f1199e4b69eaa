"""Addresses of signing, seal and archive, under `/custody/`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from accounts.policy import LOGIN, VISIBLE, declare
from archive.views import custody, handover, sealing, signing

app_name = "archive"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", custody.listing, name="custody-list"),
    path("<pid:public_id>/signing/", signing.record, name="signing-record"),
    path("<pid:public_id>/seal-request/", sealing.request_seal, name="sealing-request"),
    path("<pid:public_id>/seal/", sealing.affix, name="sealing-affix"),
    path("<pid:public_id>/seal/back/", sealing.send_back, name="sealing-return"),
    path("<pid:public_id>/handover/", handover.make, name="handover-make"),
    path("<pid:public_id>/receipt/", handover.receive, name="handover-receive"),
    path("<pid:public_id>/receipt/back/", handover.send_back, name="handover-return"),
]

declare(LOGIN, "archive:custody-list")
declare(
    VISIBLE,
    "archive:signing-record",
    "archive:sealing-request",
    "archive:sealing-affix",
    "archive:sealing-return",
    "archive:handover-make",
    "archive:handover-receive",
    "archive:handover-return",
)
