"""Rows from the regulation: made once, brought in line, retired, never deleted; an administrator's words stay."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command

from accounts.models import Post, SigningAuthority, Unit
from agreements.models import CalendarDay, CalendarYear, Category, CategoryEdition, DeadlineSetting
from agreements.services import sync as agreements_sync
from regulation.categories import CATEGORIES
from regulation.deadlines import DEADLINES
from regulation.posts import POSTS
from regulation.records import AuthorityKind, Text


def run(*options: str) -> list[str]:
    out = StringIO()
    call_command("sync_regulation", *options, stdout=out)
    return out.getvalue().splitlines()


def differing() -> list[str]:
    out = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("sync_regulation", "--check", stdout=out)
    assert stop.value.code == 1
    return out.getvalue().splitlines()


def rows() -> dict[str, int]:
    """Return how many rows every table of ours has, histories included."""
    return {
        model._meta.label: model._default_manager.count()
        for app in ("accounts", "agreements", "approvals")
        for model in apps.get_app_config(app).get_models()
    }


def without(records: dict[str, Any], code: str) -> dict[str, Any]:
    return {other: record for other, record in records.items() if other != code}


@pytest.fixture
def seeded(db) -> list[str]:
    return run()


def test_makes_everything_of_the_regulation(seeded):
    authority = SigningAuthority.objects.get()
    assert authority.name_zh == "天津市人民政府"
    assert authority.number_prefix == "津合协"
    assert {row.code: row.article for row in Category.objects.all()} == {
        code: record.article for code, record in CATEGORIES.items()
    }
    assert CategoryEdition.objects.count() == len(CATEGORIES)
    assert set(DeadlineSetting.objects.values_list("code", flat=True)) == set(DEADLINES)
    assert list(CalendarYear.objects.values_list("year", flat=True)) == list(range(2017, 2027))
    assert set(Post.objects.values_list("code", flat=True)) == {
        code for code, post in POSTS.items() if not post.of_every_unit and AuthorityKind.MUNICIPAL in post.kinds
    }
    assert {unit.parent.code for unit in Unit.objects.exclude(parent=None)} == {"general_office"}


def test_a_second_run_writes_nothing(seeded):
    before = rows()
    assert before["agreements.HistoricalCategory"] == len(CATEGORIES)
    assert run() == ["0 changes"]
    assert run("--check") == []
    assert rows() == before


def test_check_writes_nothing_and_names_what_is_missing(db):
    before = rows()
    lines = differing()
    assert "authority municipal: missing" in lines
    assert "category enterprise: missing" in lines
    assert rows() == before


def test_a_changed_record_is_a_new_edition(seeded, monkeypatch):
    record = CATEGORIES["enterprise"]
    monkeypatch.setitem(CATEGORIES, "enterprise", replace(record, purpose=Text("新的宗旨", "A new purpose")))
    assert differing() == ["category enterprise: edition 2 is not published"]
    run()
    category = Category.objects.get(code="enterprise")
    assert category.edition.number == 2
    assert category.edition.body["purpose"]["zh"] == "新的宗旨"
    assert category.editions.get(number=1).body == agreements_sync.body_of(record)
    assert run() == ["0 changes"]


def test_what_left_the_regulation_retires(seeded, monkeypatch):
    monkeypatch.setattr("agreements.services.sync.CATEGORIES", without(CATEGORIES, "other"))
    monkeypatch.setattr("agreements.services.sync.DEADLINES", without(DEADLINES, "task"))
    monkeypatch.setattr("accounts.services.sync.POSTS", without(POSTS, "inspector"))
    monkeypatch.setattr("accounts.services.sync.OFFICES", ())
    assert differing() == [
        "post inspector of supervision_office: no longer in the regulation",
        "category other: no longer in the regulation",
        "deadlinesetting task: no longer in the regulation",
    ]
    run()
    for row in (
        Category.objects.get(code="other"),
        DeadlineSetting.objects.get(code="task"),
        Post.objects.get(code="inspector"),
    ):
        assert row.retired_on is not None
    assert run() == ["0 changes"]


def test_a_category_that_returns_is_in_use_again(seeded, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("agreements.services.sync.CATEGORIES", without(CATEGORIES, "other"))
        run()
    run()
    assert Category.objects.get(code="other").retired_on is None
    assert Category.objects.get(code="other").editions.count() == 1


class TestAdministrators:
    def test_the_length_of_an_own_limit_is_theirs(self, seeded):
        row = DeadlineSetting.objects.get(code="review")
        row.amount, row.reminders, row.name_zh = 10, [-2], "合法性审查"
        row.save()
        assert run("--check") == []
        run()
        row.refresh_from_db()
        assert (row.amount, row.reminders, row.name_zh) == (10, [-2], "合法性审查")

    @pytest.mark.article("§3.5")
    def test_the_limit_of_an_article_is_not(self, seeded):
        row = DeadlineSetting.objects.get(code="seal")
        row.amount, row.told_second = 10, ""
        row.save()
        assert differing() == [
            "deadline seal: told_second is , by the regulation supervision_office",
            "deadline seal: amount is 10, by the regulation 5",
        ]
        run()
        row.refresh_from_db()
        assert (row.amount, row.told_second) == (5, "supervision_office")

    def test_names_units_and_posts_are_theirs(self, seeded):
        unit = Unit.objects.get(code="legal_office")
        unit.name_zh, unit.parent = "市司法局", None
        unit.save()
        post = Post.objects.get(code="legal")
        post.unit = Unit.objects.get(code="general_office")
        post.save()
        assert run("--check") == []

    def test_a_built_in_year_is_kept_to_its_notice(self, seeded):
        CalendarDay.objects.filter(day="2026-10-01").update(kind=CalendarDay.Kind.VOID)
        year = CalendarYear.objects.get(year=2026)
        CalendarDay.objects.create(day="2026-11-23", kind=CalendarDay.Kind.HOLIDAY, year=year)
        assert differing() == [
            "calendar 2026-10-01: void, by the notice holiday",
            "calendar 2026-11-23: holiday, by the notice void",
        ]
        run()
        assert CalendarDay.objects.get(day="2026-10-01").kind == CalendarDay.Kind.HOLIDAY
        assert CalendarDay.objects.get(day="2026-11-23").kind == CalendarDay.Kind.VOID

    def test_an_amended_year_is_left_alone(self, seeded):
        CalendarYear.objects.filter(year=2026).update(version="2", notice="国办发明电〔2026〕9号")
        CalendarDay.objects.filter(day="2026-10-01").update(kind=CalendarDay.Kind.VOID)
        assert run("--check") == []
