"""Logging in and out, and the own account."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.forms import LogInForm
from accounts.models import Portfolio
from core import clock
from records import trail


class LogIn(LoginView):
    """Log in; somebody who already is goes on to the page asked for."""

    template_name = "accounts/login.html"
    form_class = LogInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["next"] = self.get_redirect_url()
        context["ended"] = "ended" in self.request.GET
        return context


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """Log out. Second sending, or a session that had ended: the same log-in page."""
    logout(request)
    return redirect("accounts:login")


@require_safe
def account(request):
    """Show the person's own account: the posts held, since when and on which basis, and what they are in charge of."""
    today = clock.today()
    holdings = [*request.user.holdings_today, *request.user.approvals_today]
    portfolios = Portfolio.objects.on(today).filter(post__in=request.user.post_ids).select_related("unit")
    units: dict[int, list] = {}
    for row in portfolios:
        units.setdefault(row.post_id, []).append(row.unit)
    rows = [(held, units.get(held.post_id, [])) for held in holdings]
    return render(request, "accounts/account.html", {"rows": rows})


class PasswordChange(PasswordChangeView):
    """Change the own password; every other session of the account ends with it."""

    template_name = "accounts/password-change.html"
    success_url = reverse_lazy("accounts:account")

    def form_valid(self, form):
        with transaction.atomic():
            answer = super().form_valid(form)
            trail.append(chain=trail.SYSTEM_CHAIN, code="password_changed", actor=form.user.actor())
        messages.success(self.request, _("The password is changed. Other sessions of this account have ended."))
        return answer
