"""Versions: kept, numbered, hashed, marked; never changed once frozen (§3.2–§3.5)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from agreements.models import TextMark, TextVersion
from agreements.services import drafting, texts
from agreements.services.texts import ClauseContent
from core import clock
from core.errors import NotNow, Refused
from records import append_only, trail
from tests.factories import Organisation, make_agreement, write_text

pytestmark = pytest.mark.django_db


@pytest.mark.article("§3.2")
def test_a_draft_is_kept_with_its_note_and_drafting_goes_on_in_a_copy(org: Organisation) -> None:
    agreement = make_agreement(org)
    write_text(agreement, by=org.staff)
    kept = drafting.keep(agreement, by=org.staff, note=" 按对方来函改第三条 ")
    assert (kept.number, kept.kind, kept.note) == (1, TextVersion.Kind.KEPT, "按对方来函改第三条")
    assert kept.sha256 == texts.digest(kept.canonical)
    working = texts.working(agreement)
    assert working is not None
    assert (working.number, working.based_on, working.note) == (2, kept, "")
    event = trail.history(agreement.chain).last()
    assert event is not None
    assert (event.code, event.payload["text"], event.text_sha256) == ("keep_draft", 1, kept.sha256)


def test_what_says_the_same_is_not_kept_twice(org: Organisation) -> None:
    agreement = make_agreement(org)
    write_text(agreement, by=org.staff)
    drafting.keep(agreement, by=org.staff)
    with pytest.raises(NotNow) as refusal:
        drafting.keep(agreement, by=org.staff)
    assert refusal.value.code == "nothing_new"
    working = texts.working(agreement)
    assert working is not None
    clause = working.clauses.first()
    assert clause is not None
    drafting.write(agreement, [ClauseContent(clause.lineage, "另行约定。")], by=org.staff, edition=working.edition)
    assert drafting.keep(agreement, by=org.staff).number == 2


def test_only_the_lead_unit_keeps_and_only_while_drafting(org: Organisation) -> None:
    agreement = make_agreement(org)
    for person in (org.consulted, org.legal, org.stranger, org.mayor):
        with pytest.raises(Refused):
            drafting.keep(agreement, by=person)
    for station in ("preparation", "legal_review"):
        with pytest.raises(NotNow):
            drafting.keep(make_agreement(org, at_station=station), by=org.staff)


def test_the_database_refuses_to_change_a_frozen_version(org: Organisation) -> None:
    agreement = make_agreement(org)
    write_text(agreement, by=org.staff)
    kept = drafting.keep(agreement, by=org.staff)
    rows = TextVersion.objects.filter(pk=kept.pk)
    rows.update(number=kept.number)  # the same again changes nothing
    for change in ({"canonical": "[]"}, {"sha256": "0" * 64}, {"frozen_at": None}, {"note": "x"}, {"kind": "review"}):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        TextVersion.objects.filter(pk=kept.pk)._raw_delete("default")
    assert append_only.missing() == []
    TextVersion.objects.filter(agreement=agreement, frozen_at=None).update(edition=7)  # the working text is open


def test_a_mark_names_the_version_and_stays(org: Organisation) -> None:
    agreement = make_agreement(org, at_station="legal_review")
    text = texts.current(agreement)
    assert text is not None
    assert text.stage == "送审稿"
    first = texts.mark(text, TextMark.Kind.APPROVED, on=date(2026, 3, 2), by=org.mayor, at=clock.now())
    assert texts.mark(text, TextMark.Kind.APPROVED, on=date(2026, 3, 3), by=org.head, at=clock.now()) == first
    assert text.name.endswith(" · 审定稿")
    texts.mark(text, TextMark.Kind.SIGNED, on=date(2026, 3, 9), by=org.staff, at=clock.now())
    assert text.stage == "签署稿"
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        TextMark.objects.filter(pk=first.pk).update(on=date(2026, 1, 1))


def test_a_text_that_may_still_change_bears_no_mark(org: Organisation) -> None:
    working = texts.working(make_agreement(org))
    assert working is not None
    with pytest.raises(NotNow):
        texts.mark(working, TextMark.Kind.APPROVED, on=clock.today(), by=org.mayor, at=clock.now())
