"""Addresses of the routes in the administration, below `/administration/routes/`."""

from django.urls import URLPattern, URLResolver, path

from accounts.policy import LOGIN, declare
from approvals.views import route_administration

app_name = "routes"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", route_administration.listing, name="route-list"),
    path("<slug:authority>/", route_administration.listing, name="route-of"),
    path("<slug:authority>/meetings/new/", route_administration.add_forum, name="forum-new"),
    path("<slug:authority>/meetings/<slug:code>/", route_administration.edit_forum, name="forum-edit"),
    path("<slug:authority>/<slug:submitter>/new/", route_administration.add, name="route-new"),
    path("<slug:authority>/<slug:submitter>/<slug:code>/", route_administration.edit, name="route-edit"),
]

declare(LOGIN, *(f"{app_name}:{entry.name}" for entry in urlpatterns))  # type: ignore[union-attr]
