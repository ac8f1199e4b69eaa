from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RecordsConfig(AppConfig):
    name = "records"

    def ready(self) -> None:
        from records import append_only

        # Every migrate run ends here, for all apps at once: a migration that remakes a SQLite table drops its triggers.
        post_migrate.connect(append_only.install_after_migrate, sender=self, dispatch_uid="records.append_only")
