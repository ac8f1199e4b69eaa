from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and posts")

    def ready(self) -> None:
        """Register this app's part of the rows that come from the regulation."""
        from accounts.services import sync as own
        from core import sync

        sync.register(own.sync)
