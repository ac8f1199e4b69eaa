from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApprovalsConfig(AppConfig):
    name = "approvals"
    verbose_name = _("Review and approval")

    def ready(self) -> None:
        """Register the verbs, to-dos, notices and panels of this app."""
        from approvals import registration

        registration.register()
