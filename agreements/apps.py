from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    name = "agreements"
    verbose_name = _("Agreements")

    def ready(self) -> None:
        """Register the verbs, to-dos, notices and panels of this app."""
        from agreements import registration

        registration.register()
