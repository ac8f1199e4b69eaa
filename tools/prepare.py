"""Bring data folder and database to the state of the code: translations, migrations, regulation. Repeatable."""

import os
import sys
from io import StringIO

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    try:
        django.setup()
        call_command("translations", compile=True)
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)
        told = StringIO()
        call_command("sync_regulation", stdout=told)
        # Each row by name on a first run would bury what matters.
        print(f"Regulation in the database: {told.getvalue().splitlines()[-1]}")
    except (OSError, DatabaseError) as error:
        print(f"The data folder or the database cannot be used: {error}", file=sys.stderr)
        return 1
    except (CommandError, ImproperlyConfigured) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
