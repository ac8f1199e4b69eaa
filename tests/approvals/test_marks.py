"""The text that passed is the approved one (§3.4): a mark on the version, in the same transaction."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from agreements.models import TextMark
from approvals.models import Run
from approvals.services import runs
from records import append_only
from tests.factories import Organisation
from tests.factories_approvals import approved

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]


def test_the_text_of_a_passed_run_is_marked_by_who_decided_last(org: Organisation) -> None:
    agreement = approved(org)
    text = runs.approved_text(agreement)
    assert text is not None
    (mark,) = text.marks.all()
    run = Run.objects.get(agreement=agreement)
    assert (mark.kind, mark.by, mark.on) == (TextMark.Kind.APPROVED, org.mayor, run.ended_on)
    assert text.stage == "审定稿"
    assert TextMark.objects.count() == 1


def test_texts_that_passed_before_are_marked_by_the_migration(org: Organisation) -> None:
    agreement = approved(org)
    before = TextMark.objects.values_list("text", "kind", "on", "by", "at").get()
    with append_only.lifted():
        TextMark.objects.all().delete()
    mark = import_module("approvals.migrations.0002_mark_approved_texts").mark
    for _time in range(2):
        mark(apps, None)
    assert TextMark.objects.values_list("text", "kind", "on", "by", "at").get() == before
    assert agreement.texts.filter(marks__kind="approved").count() == 1
