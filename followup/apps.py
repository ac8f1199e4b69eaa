from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowupConfig(AppConfig):
    name = "followup"
    verbose_name = _("Follow-up")

    def ready(self) -> None:
        """Register verbs, to-dos, notices and panels, and listen for the signing."""
        from followup import receivers, registration

        receivers.connect()
        registration.register()
