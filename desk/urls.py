"""Addresses of the desk: home, inbox, phrases, the list of agreements, the regulation."""

from django.urls import URLPattern, URLResolver, path

from accounts.policy import declare
from desk.views import agreements, home, inbox, phrases, regulation

app_name = "desk"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.show, name="home"),
    path("inbox/", inbox.show, name="inbox"),
    path("inbox.json", inbox.as_json, name="inbox-json"),
    path("inbox/notices/<pid:public_id>/read/", inbox.read_notice, name="notice-read"),
    path("inbox/acknowledge/notices/", inbox.acknowledge, {"box": "told"}, name="notices-read"),
    path("inbox/acknowledge/copies/", inbox.acknowledge, {"box": "copied"}, name="copies-read"),
    path("inbox/phrases/", phrases.listing, name="phrase-list"),
    path("inbox/phrases/<pid:public_id>/move/", phrases.move, name="phrase-move"),
    path("inbox/phrases/<pid:public_id>/remove/", phrases.remove, name="phrase-remove"),
    path("agreements/", agreements.listing, name="agreement-list"),
    path("agreements/export.xlsx", agreements.export, name="agreement-export"),
    path("regulation/", regulation.show, name="regulation"),
]

declare("login", *(f"{app_name}:{entry.name}" for entry in urlpatterns))  # type: ignore[union-attr]
