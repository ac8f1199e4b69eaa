"""The demonstration: it loads through the services, obeys the law, and gives everybody something to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F, Q
from pytest_django.fixtures import Settings

from accounts.models import User
from agreements.lights import light_for
from agreements.models import (
    Agreement,
    Category,
    ChangeReason,
    Deadline,
    KeyProject,
    Notice,
    Pairing,
    Phase,
    Standing,
    Station,
    ToDo,
)
from agreements.services import exchange, findings, texts
from approvals.models import RouteStep, Step
from approvals.services import routing
from archive.models import SealRegister, Signing
from core import clock
from demo import cases_changchun, cast, own_name
from followup.models import Task
from records import verify
from records.models import Event
from regulation.categories import CATEGORIES

ROLES = [
    "staff",
    "head",
    "consulted",
    "district",
    "district_head",
    "general_office",
    "legal",
    "deputy_secretary_general",
    "secretary_general",
    "vice_mayor",
    "executive_vice_mayor",
    "mayor",
    "secretariat",
]


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[verify.Finding]]:
    """Load once for all tests of this file; what `verify` finds right after."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        for name, place in (("DATA_DIR", "."), ("STORAGE_DIR", "files"), ("CHECKPOINT_DIR", "checkpoints")):
            patch.setattr(settings, name, folder / place)
        with django_db_blocker.unblock(), transaction.atomic():
            call_command("load_demo")
            yield verify.findings()
            transaction.set_rollback(True)


@pytest.fixture
def changchun(loaded: object) -> Agreement:
    return Agreement.objects.get(title=cases_changchun.title())


def test_the_evidence_is_sound(loaded: list[verify.Finding]) -> None:
    assert loaded == []


def test_accounts_are_written_for_everybody(loaded: object) -> None:
    rows = json.loads((settings.DATA_DIR / "accounts.json").read_text(encoding="utf-8"))
    assert [row["username"] for row in rows] == [member.username for member in (*cast.CAST, *own_name.CAST)]
    assert all(row["post"] and row["unit"] for row in rows)
    user = User.objects.get(username="staff")
    assert user.check_password(rows[0]["password"])


def test_the_second_load_is_refused_or_passes_over(loaded: object) -> None:
    count = Agreement.objects.count()
    call_command("load_demo", if_empty=True)
    with pytest.raises(CommandError):
        call_command("load_demo")
    assert Agreement.objects.count() == count


def test_every_category_and_every_station_is_shown(loaded: object) -> None:
    assert set(Category.objects.filter(agreements__isnull=False).values_list("code", flat=True)) == set(CATEGORIES)
    assert set(Agreement.objects.values_list("station", flat=True)) == set(Station.values)
    assert {Standing.SUSPENDED, Standing.WITHDRAWN} <= set(Agreement.objects.values_list("standing", flat=True))


@pytest.mark.parametrize("username", ROLES)
def test_everybody_has_something_to_do(loaded: object, username: str) -> None:
    user = User.objects.get(username=username)
    assert ToDo.objects.filter(post_id__in=user.post_ids, closed_at=None).exists()


def test_the_inspector_sees_what_was_signed_and_was_told_of_a_lapse(loaded: object) -> None:
    inspector = User.objects.get(username="inspector")
    signed = Signing.objects.values("agreement")
    assert Agreement.objects.visible_to(inspector).filter(pk__in=signed).count() == signed.count()
    assert Notice.objects.filter(post_id__in=inspector.post_ids, code="lapse", read_at=None).exists()


def test_the_stranger_sees_nothing(loaded: object) -> None:
    assert not Agreement.objects.visible_to(User.objects.get(username="stranger")).exists()


def test_the_changchun_agreement_carries_the_plan(changchun: Agreement) -> None:
    text = changchun.signing.text
    assert changchun.station == Station.PERFORMANCE
    tasks = Task.objects.filter(agreement=changchun)
    assert tasks.filter(kind=Task.Kind.WORK_ITEM).count() == 18
    assert tasks.filter(kind=Task.Kind.WORK_ITEM).values("group").distinct().count() == 5
    assert tasks.filter(kind=Task.Kind.KEY_PROJECT).count() == KeyProject.objects.filter(clause__text=text).count() == 2
    assert Pairing.objects.filter(clause__text=text).count() == 16
    assert tasks.newest().filter(kind=Task.Kind.MECHANISM).count() == 13
    years = list(Phase.objects.filter(clause__text=text).order_by("year").values_list("year", flat=True))
    assert years == [clock.today().year + number for number in range(3)]


def test_what_is_invented_is_named_as_such(changchun: Agreement) -> None:
    assert "虚构" in changchun.origin_note
    assert "今年" in changchun.origin_note
    assert not Agreement.objects.exclude(origin_note__contains="虚构").exists()


def test_one_seal_is_late_and_one_deadline_provisional(loaded: object) -> None:
    late = Deadline.objects.filter(rule="seal", closed_on=None, due_on__lt=clock.today())
    assert late.count() == 1
    agreement = late.get().agreement
    assert light_for(agreement.next_due_on, agreement.next_due_judged, clock.today()).kind == "late"
    assert Deadline.objects.filter(closed_on=None, provisional=True).exists()


def test_one_draft_was_returned(loaded: object) -> None:
    returned = Event.objects.filter(code="send_back_from_approval").values_list("chain", flat=True)
    drafts = Agreement.objects.filter(station=Station.DRAFTING, standing=Standing.ACTIVE)
    assert [draft for draft in drafts if draft.chain in set(returned)]


def test_one_draft_went_to_and_fro(loaded: object) -> None:
    agreement = Agreement.objects.get(exchanges__number=3)
    assert [row.direction for row in agreement.exchanges.all()] == ["sent", "received", "sent"]
    assert agreement.texts.exclude(frozen_at=None).count() == 3
    found = exchange.rounds(agreement)
    assert found.now is not None
    assert not found.now.with_us
    assert ChangeReason.objects.filter(text__agreement=agreement).count() == 2


def test_time_only_moves_forward(loaded: object) -> None:
    for agreement in Agreement.objects.all():
        days = list(
            Event.objects.filter(chain=agreement.chain).order_by("sequence").values_list("recorded_at", flat=True)
        )
        assert days == sorted(days), agreement
        assert days[-1] <= clock.now()


def test_the_law_holds(loaded: object) -> None:
    assert not Event.objects.filter(legal_on__gt=F("recorded_at__date")).exists()
    sealed = SealRegister.objects.all()
    assert sealed.exists()
    for line in sealed:
        assert line.agreement.signing.signed_on <= line.sealed_on
    numbers = list(sealed.order_by("year", "number").values_list("year", "number"))
    per_year = {year: [n for y, n in numbers if y == year] for year, _n in numbers}
    assert all(found == list(range(1, len(found) + 1)) for found in per_year.values())
    unsealed = Q(seal_register=None) & Q(station__in=(Station.ARCHIVING, Station.PERFORMANCE, Station.CONCLUDED))
    assert not Agreement.objects.filter(unsealed, seal_due=True).exists()


def test_a_served_deployment_takes_none(db: None, settings: Settings, tmp_path: Path) -> None:
    settings.DEMO_ALLOWED = False
    settings.DATA_DIR = tmp_path
    with pytest.raises(CommandError):
        call_command("load_demo")
    assert not User.objects.exists()
    assert not (tmp_path / "accounts.json").exists()


def test_one_draft_has_a_wording_kept_with_a_reason_and_one_to_be_answered(loaded: object) -> None:
    """Screening finds nothing in the other drafts, so that they can be submitted."""
    found = {
        agreement.title: findings.of_version(agreement, text)
        for agreement in Agreement.objects.filter(station=Station.DRAFTING, standing=Standing.ACTIVE)
        if (text := texts.working(agreement)) is not None
    }
    (result,) = (one for one in found.values() if one.lines)
    assert [line.found.code for line in result.kept] == ["land_quota"]
    assert [line.found.code for line in result.open] == ["guarantee"]


@pytest.mark.article("§2")
def test_a_district_signs_in_its_own_name_on_its_own_route(loaded: object) -> None:
    agreement = Agreement.objects.get(authority__code=own_name.CODE)
    steps = routing.plan(agreement).steps
    assert [step.code for step in steps][-1] == "district_head"
    assert not any(step.lies.redirected for step in steps)


@pytest.mark.article("§3.4")
def test_own_rules_touch_none_of_the_approvals_under_way(loaded: object) -> None:
    assert RouteStep.objects.filter(authority__code="municipal", basis="own").exists()
    assert not Step.objects.filter(code="legal").exists()
