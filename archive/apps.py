from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArchiveConfig(AppConfig):
    name = "archive"
    verbose_name = _("Signing, seal and archive")

    def ready(self) -> None:
        """Register the verbs, to-dos, notices and the panel of this app, and listen to the door."""
        from archive import receivers, registration  # noqa: F401

        registration.register()
