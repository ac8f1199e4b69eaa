"""`verify` names a frozen text whose words, parts or kept form no longer give its hash."""

from __future__ import annotations

import pytest

from agreements import inspection
from agreements.models import Clause, TextVersion, WorkItem
from agreements.services import texts
from core import clock
from records import append_only
from tests.factories import Organisation, make_agreement, write_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def frozen(org: Organisation) -> TextVersion:
    agreement = make_agreement(org, at_station="drafting")
    write_text(agreement, by=org.staff)
    return texts.freeze(agreement, TextVersion.Kind.REVIEW, at=clock.now())


def found() -> list[tuple[str, str]]:
    return [(finding["kind"], finding["field"]) for finding in inspection.frozen_texts()]


def test_a_text_as_it_was_frozen_is_sound(frozen: TextVersion) -> None:
    assert found() == []


def test_a_changed_clause_is_named(frozen: TextVersion) -> None:
    Clause.objects.filter(text=frozen, order=1).update(prose="改过的字句")
    assert found() == [("text_changed", "clauses")]


def test_a_changed_part_is_named(frozen: TextVersion) -> None:
    WorkItem.objects.filter(clause__text=frozen).update(carrier="改过的载体")
    assert found() == [("text_changed", "clauses")]


def test_a_changed_kept_form_is_named(frozen: TextVersion) -> None:
    with append_only.lifted():  # as somebody would who holds the database
        TextVersion.objects.filter(pk=frozen.pk).update(canonical="[]")
    assert found() == [("text_changed", "canonical")]
