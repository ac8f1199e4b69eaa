from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and posts")

    def ready(self) -> None:
        """Register this app's part of the rows that come from the regulation; let every log-in start its clock."""
        from django.contrib.auth.signals import user_logged_in

        from accounts import middleware
        from accounts.services import sync as own
        from core import sync

        user_logged_in.connect(middleware.begin, dispatch_uid="accounts.begin_session")
        sync.register(own.sync)


class AdministrationConfig(admin_apps.AdminConfig):
    """Django's admin, on a site whose door and rules are the product's."""

    default = False
    default_site = "accounts.administration.Site"
