"""Addresses of the desk: home, inbox, the list of agreements, the regulation."""

from django.urls import URLPattern, URLResolver, path

from accounts.policy import declare
from desk.views import agreements, home, inbox, regulation

app_name = "desk"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.show, name="home"),
    path("inbox/", inbox.show, name="inbox"),
    path("inbox.json", inbox.as_json, name="inbox-json"),
    path("inbox/notices/<pid:public_id>/read/", inbox.read_notice, name="notice-read"),
    path("agreements/", agreements.listing, name="agreement-list"),
    path("agreements/export.xlsx", agreements.export, name="agreement-export"),
    path("regulation/", regulation.show, name="regulation"),
]

declare("login", *(f"{app_name}:{entry.name}" for entry in urlpatterns))  # type: ignore[union-attr]
