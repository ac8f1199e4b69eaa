"""Addresses. Each app keeps its own list; `/agreements/<id>/…` belongs to the agreement, whichever app adds to it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, register_converter
from django.views.generic import RedirectView

from core import style
from core.identifiers import PublicIdConverter
from records import health

register_converter(PublicIdConverter, "pid")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("desk.urls")),
    path("", include("accounts.urls")),
    path("agreements/", include("agreements.urls")),
    path("reviews/", include("approvals.urls")),
    path("meetings/", include("approvals.meeting_urls")),
    path("custody/", include("archive.urls")),
    path("followup/", include("followup.urls")),
    path("administration/", RedirectView.as_view(pattern_name="admin:index"), name="administration"),
    path("administration/routes/", include("approvals.administration_urls")),
    path("administration/rows/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
if settings.SHOW_STYLE_PAGE:
    urlpatterns.append(path("style/", style.show, name="style"))

handler400 = "core.errors_pages.handler400"
handler403 = "core.errors_pages.handler403"
handler404 = "core.errors_pages.handler404"
handler500 = "core.errors_pages.handler500"
