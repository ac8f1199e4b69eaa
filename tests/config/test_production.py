"""A served deployment refuses to start with anything that belongs to a desk or a demonstration."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.demonstration import BASIS, open_accounts
from accounts.models import PostHolding, User

ROOT = Path(__file__).resolve().parents[2]
SOUND = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "a-long-random-key-for-this-one-test-0123456789",
    "ALLOWED_HOSTS": "agreements.example.gov",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "BROKER_URL": "redis://127.0.0.1:1/0",
}


def start(tmp_path: Path, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Load the production settings in a process of their own."""
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "AUDIT_KEY_FILE": str(tmp_path / "k"),
        **SOUND,
    }
    for name, value in changes.items():
        if value is None:
            environment.pop(name)
        else:
            environment[name] = value
    return subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_sound_settings_load(tmp_path: Path) -> None:
    found = start(tmp_path)
    assert found.returncode == 0, found.stderr


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"DEBUG": "true"}, "DEBUG"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS"),
        ({"DATABASE_URL": None}, "DATABASE_URL"),
        ({"BROKER_URL": None}, "BROKER_URL"),
        ({"AUDIT_KEY_FILE": None}, "AUDIT_KEY_FILE"),
    ],
)
def test_each_unfit_setting_is_refused_by_name(tmp_path: Path, changes: dict[str, str | None], named: str) -> None:
    found = start(tmp_path, **changes)
    assert found.returncode != 0
    assert named in found.stderr.splitlines()[-1]


@pytest.mark.django_db
def test_a_demonstration_account_is_found(org) -> None:
    assert open_accounts() == []
    user = User.objects.get(username="staff")
    PostHolding.objects.filter(user=user).update(basis=BASIS)
    assert open_accounts() == ["staff"]
    user.is_active = False
    user.save()
    assert open_accounts() == []


@pytest.mark.django_db
def test_first_administrators_are_made_once(capsys) -> None:
    call_command("sync_regulation", verbosity=0)
    call_command("make_administrators")
    printed = dict(line.split("\t") for line in capsys.readouterr().out.splitlines() if "\t" in line)
    assert set(printed) == {"system_admin", "security_admin", "audit_admin", "administrator"}
    for name, password in printed.items():
        user = User.objects.get(username=name)
        assert user.check_password(password)
        assert user.holds(name)
    with pytest.raises(CommandError):
        call_command("make_administrators")
