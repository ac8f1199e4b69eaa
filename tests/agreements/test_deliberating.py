"""§3.2: a major or difficult matter goes through a symposium or an expert review meeting before its review."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from agreements import opinion_blockers
from agreements.models import Agreement, Attachment, Deliberation, TextVersion
from agreements.services import deliberating, drafting, texts
from agreements.services.deliberating import ParticipantContent
from core import clock
from core.errors import BadInput, NotNow, Refused
from records.models import Event
from tests.factories import Organisation, consult_units, deliberate, make_agreement, participants, write_text

pytestmark = pytest.mark.article("§3.2")


@pytest.fixture
def case(org: Organisation) -> Agreement:
    agreement = make_agreement(org, is_major=True)
    write_text(agreement, by=org.staff)
    consult_units(agreement, org, by=org.staff)
    return agreement


def missing(case: Agreement) -> list[str]:
    return [gap.code for gap in opinion_blockers.deliberation_blockers(case)]


@pytest.mark.parametrize("fact", ["is_major", "is_difficult"])
def test_it_is_asked_of_major_and_of_difficult_matters(org: Organisation, fact: str) -> None:
    facts: dict[str, Any] = {fact: True}
    agreement = make_agreement(org, **facts)
    (gap,) = opinion_blockers.deliberation_blockers(agreement)
    assert (gap.code, gap.article) == ("deliberation", "§3.2")
    assert gap.url.endswith("/deliberations/new/")
    assert missing(make_agreement(org, title="一般事项")) == []


def test_without_it_the_draft_is_not_submitted_and_with_it_it_is(org: Organisation, case: Agreement) -> None:
    with pytest.raises(NotNow) as refusal:
        drafting.submit(case, by=org.head)
    assert [gap.code for gap in refusal.value.gaps] == ["deliberation"]
    meeting = deliberate(case, by=org.staff)
    assert [person.capacity for person in meeting.participants.all()] == ["chair", "participant", *["expert"] * 3]
    assert meeting.minutes.kind == Attachment.Kind.DELIBERATION
    assert Event.objects.filter(chain=case.chain, code="deliberate").count() == 1
    drafting.submit(case, by=org.head)
    assert case.station == "legal_review"


def test_the_meeting_is_bound_to_a_frozen_text(org: Organisation, case: Agreement) -> None:
    working = texts.working(case)
    meeting = deliberate(case, by=org.staff)
    assert (meeting.text.pk, meeting.text.kind) == (working.pk, TextVersion.Kind.KEPT)
    assert meeting.text.is_frozen
    assert texts.working(case).number == working.number + 1
    asked = case.consultations.get().text
    again = deliberate(case, by=org.staff, text=asked)
    assert again.text == asked


def test_the_latest_meeting_counts(org: Organisation, case: Agreement) -> None:
    today = clock.today()
    deliberate(case, by=org.staff, conclusion="not_passed", held_on=today - timedelta(days=2))
    assert missing(case) == ["deliberation"]
    deliberate(case, by=org.staff, conclusion="with_changes", changes="补充期限", held_on=today - timedelta(days=1))
    assert missing(case) == []
    deliberate(case, by=org.staff, conclusion="not_passed")
    assert missing(case) == ["deliberation"]


CHAIR = ParticipantContent("许志远", "主任", "chair")


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "party"},
        {"conclusion": "perhaps"},
        {"conclusion": "with_changes", "changes": " "},
        {"held_on": date(2100, 1, 1)},
        {"participants": []},
        {"participants": participants()[1:]},
        {"participants": [CHAIR]},
        {"participants": [CHAIR, *participants()]},
        {"participants": participants(2)},
        {"participants": [*participants(), ParticipantContent("沉默", "教授", "expert", " ")]},
        {"minutes": SimpleUploadedFile("minutes.pdf", b"MZ no paper")},
    ],
)
def test_what_is_no_such_meeting_is_not_recorded(org: Organisation, case: Agreement, wrong: dict) -> None:
    before = texts.working(case)
    with pytest.raises(BadInput):
        deliberate(case, by=org.staff, **wrong)
    assert not Deliberation.objects.exists()
    assert texts.working(case) == before


def test_a_symposium_needs_no_expert_and_the_number_of_experts_is_a_setting(
    org: Organisation, case: Agreement, settings: Settings
) -> None:
    deliberate(case, by=org.staff, kind="symposium", participants=participants(0))
    settings.EXPERTS_LEAST = 1
    deliberate(case, by=org.staff, participants=participants(1))
    assert case.deliberations.count() == 2


def test_only_the_lead_unit_records_it_and_only_while_drafting(org: Organisation, case: Agreement) -> None:
    for who in ("consulted", "stranger", "general_office", "mayor"):
        with pytest.raises(Refused):
            deliberate(case, by=org.users[who])
    other = make_agreement(org, title="另一份")
    with pytest.raises(BadInput):
        deliberate(case, by=org.staff, text=texts.working(other))
    for station in ("preparation", "legal_review"):
        with pytest.raises(NotNow):
            deliberate(make_agreement(org, at_station=station), by=org.staff)
    assert deliberating.is_required(case)
    assert not case.deliberations.exists()
