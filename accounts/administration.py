"""The Django admin under the product's own rules: our log-in, rights by posts, a reason and an event for every change.

Nothing is deleted here. Rows retire or end; what was changed, by whom and why stands in the chain of the system.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.views import log_out
from core.errors import Refused
from records import trail

SECRET = frozenset({"password", "new_password"})


class Site(admin.AdminSite):
    """The administration; it has no log-in and no account pages of its own."""

    site_title = gettext_lazy("Cooperation agreements")
    site_header = gettext_lazy("Administration")
    index_title = gettext_lazy("Administration")
    empty_value_display = "—"

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Refuse whoever is logged in and no administrator (nobody else reaches this)."""
        raise Refused(
            _("Only administrators come in here."),
            code="no_administrator",
            next_step=_("An administrator's post is given by the security administrator."),
        )

    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Log out as everywhere."""
        return log_out(request)

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Change the password where everybody does."""
        return redirect("accounts:password-change")


REASON_KEPT_IN_HISTORY = 100
"""So many characters the history of a row holds; the trail keeps the reason whole."""


class ReasonedForm(forms.ModelForm):
    """A row with the reason of its change."""

    reason = forms.CharField(
        label=gettext_lazy("Reason of the change"),
        max_length=300,
        help_text=gettext_lazy("Document or cause; it stays in the trail with the change."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


class Rows(admin.ModelAdmin):
    """Rows that are added and changed with a reason and never deleted; `settled` fields stay as they were added."""

    form = ReasonedForm
    settled: tuple[str, ...] = ()
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[Any]:
        return [*super().get_readonly_fields(request, obj), *(self.settled if obj else ())]

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[Any]:
        fields = list(super().get_fields(request, obj))
        may_write = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return fields if may_write else [name for name in fields if name not in ReasonedForm.base_fields]

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        """Save, and append the event of the change: before and after of each field, never a password."""
        if isinstance(request.user, AnonymousUser):
            raise Refused(_("Only administrators come in here."))
        reason = form.cleaned_data["reason"]
        obj._change_reason = reason[:REASON_KEPT_IN_HISTORY]  # type: ignore[attr-defined]
        before = {name: form.initial.get(name) for name in form.changed_data}
        super().save_model(request, obj, form, change)
        record(request.user, obj, form, before, reason, "row_changed" if change else "row_added")


def record(user: User, obj: models.Model, form: Any, before: dict[str, Any], reason: str, code: str) -> None:
    """Append the event of a row that an administrator wrote, to the chain of the system."""
    changes = {
        name: "•••" if name in SECRET else [_plain(before[name]), _plain(form.cleaned_data.get(name))]
        for name in before
        if name not in ReasonedForm.base_fields
    }
    trail.append(
        chain=trail.SYSTEM_CHAIN,
        code=code,
        actor=user.actor(),
        comment=reason,
        payload={"table": obj._meta.label_lower, "id": obj.pk, "row": str(obj), "changes": changes},
    )


def _plain(value: Any) -> Any:
    """Return a form's value as an event keeps it: a row by its id, a list as a list, anything else in words."""
    if isinstance(value, models.Model):
        return value.pk
    if value is None or isinstance(value, (bool, int, str, list)):
        return value
    return str(value)
