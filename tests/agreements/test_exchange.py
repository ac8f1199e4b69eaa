"""The rounds with the counterpart (§3.2): order of days, what goes out is kept, days held across holidays."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.models import Agreement, Attachment, Counterparty, Exchange, TextVersion
from agreements.services import drafting, exchange, texts
from core import clock
from core.errors import BadInput, NotNow, Refused
from records import tokens, trail
from tests.factories import Organisation, consult_units, make_agreement, write_text
from tests.records import samples

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.2")]


def at(day: date, hour: int = 10) -> datetime:
    return clock.start_of(day) + timedelta(hours=hour)


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    made = make_agreement(org)
    write_text(made, by=org.staff)
    return made


def send(agreement: Agreement, org: Organisation, on: date, **facts: object) -> Exchange:
    return exchange.record(
        agreement,
        by=org.staff,
        direction="sent",
        on=on,
        medium="letter",
        at=at(on),
        **facts,  # type: ignore[arg-type]
    )


def receive(agreement: Agreement, org: Organisation, on: date, **facts: object) -> Exchange:
    return exchange.record(
        agreement,
        by=org.staff,
        direction="received",
        on=on,
        medium="email",
        at=at(on),
        **facts,  # type: ignore[arg-type]
    )


def test_what_is_sent_is_kept_and_drafting_goes_on_in_a_copy(agreement: Agreement, org: Organisation) -> None:
    row = send(agreement, org, clock.today(), note="津合函〔2026〕3号")
    assert row.text is not None
    assert (row.number, row.text.number, row.text.kind) == (1, 1, TextVersion.Kind.KEPT)
    assert texts.working(agreement).number == 2
    again = send(agreement, org, clock.today())
    assert again.text == row.text  # nothing was written since: the same version went out again
    event = trail.history(agreement.chain).last()
    assert event is not None
    assert (event.code, event.payload["direction"], event.text_sha256) == ("record_exchange", "sent", row.text.sha256)


def test_days_held_by_each_side_run_over_a_holiday(agreement: Agreement, org: Organisation) -> None:
    """The National Day holiday of 2025 lasts from 1 to 8 October; 28 September and 11 October are worked."""
    send(agreement, org, date(2025, 9, 26))
    receive(agreement, org, date(2025, 10, 10))
    found = exchange.rounds(agreement, on=date(2025, 10, 13))
    assert [(line.with_us, line.days, line.workdays) for line in found.lines] == [(False, 14, 5), (True, 3, 2)]
    assert (found.with_them, found.with_us) == ((14, 5), (3, 2))
    assert found.now is not None
    assert found.now.with_us
    assert found.now.until is None


def test_the_last_stretch_ends_with_the_submission(org: Organisation) -> None:
    day = clock.today() - timedelta(days=30)
    agreement = make_agreement(org, at_station="drafting", at=at(day))
    exchange.record(agreement, by=org.staff, direction="received", on=day, medium="letter", at=at(day, 11))
    write_text(agreement, by=org.staff, at=at(day, 12))
    later = day + timedelta(days=10)
    drafting.keep(agreement, by=org.staff, at=at(later))
    consult_units(agreement, org, by=org.staff, at=at(later))
    drafting.submit(agreement, by=org.head, at=at(later, 15))
    found = exchange.rounds(agreement)
    assert [(line.days, line.until) for line in found.lines] == [(10, later)]
    assert found.now is None
    with pytest.raises(NotNow) as refusal:
        send(agreement, org, clock.today())
    assert refusal.value.code == "exchange_closed"


def test_days_keep_their_order_and_none_lies_ahead(agreement: Agreement, org: Organisation) -> None:
    today = clock.today()
    send(agreement, org, today - timedelta(days=3))
    for day in (today - timedelta(days=4), today + timedelta(days=1)):
        with pytest.raises(BadInput):
            exchange.record(agreement, by=org.staff, direction="received", on=day, medium="letter")
    receive(agreement, org, today - timedelta(days=3))
    assert agreement.exchanges.count() == 2


@pytest.mark.parametrize("facts", [{"direction": "lost"}, {"medium": "pigeon"}])
def test_what_cannot_be_is_refused(agreement: Agreement, org: Organisation, facts: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        exchange.record(
            agreement,
            by=org.staff,
            on=clock.today(),
            **{"direction": "sent", "medium": "letter", **facts},  # type: ignore[arg-type]
        )


def test_a_text_or_counterparty_of_another_agreement_is_refused(agreement: Agreement, org: Organisation) -> None:
    other = make_agreement(org, party="另一个市人民政府")
    write_text(other, by=org.staff)
    kept = drafting.keep(other, by=org.staff)
    stranger = Counterparty.objects.get(name="另一个市人民政府")
    for facts in ({"text": kept}, {"text": texts.working(agreement)}, {"counterparty": stranger}):
        with pytest.raises(BadInput):
            send(agreement, org, clock.today(), **facts)
    assert not agreement.exchanges.exists()


def test_nothing_is_sent_before_there_is_a_draft(org: Organisation) -> None:
    agreement = make_agreement(org, at_station="preparation")
    with pytest.raises(BadInput):
        send(agreement, org, clock.today())
    assert receive(agreement, org, clock.today(), note="对方来函提出合作意向").text is None


def test_others_are_refused(agreement: Agreement, org: Organisation) -> None:
    row = send(agreement, org, clock.today())
    for person in (org.consulted, org.legal, org.general_office, org.stranger):
        with pytest.raises(Refused):
            exchange.record(agreement, by=person, direction="sent", on=clock.today(), medium="letter")
        with pytest.raises(Refused):
            exchange.strike(row, by=person, reason="误录")


def test_the_last_entry_may_be_taken_back_and_stays(agreement: Agreement, org: Organisation) -> None:
    today = clock.today()
    first, second = send(agreement, org, today - timedelta(days=5)), receive(agreement, org, today)
    with pytest.raises(NotNow):
        exchange.strike(first, by=org.staff, reason="误录")
    with pytest.raises(BadInput):
        exchange.strike(second, by=org.staff, reason=" ")
    exchange.strike(second, by=org.staff, reason="日期录错")
    with pytest.raises(NotNow):
        exchange.strike(second, by=org.staff, reason="再撤一次")
    found = exchange.rounds(agreement)
    assert ([line.exchange for line in found.lines], found.struck) == ([first], [second])
    assert receive(agreement, org, today - timedelta(days=1)).number == 3
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Exchange.objects.filter(pk=first.pk).update(on=today)


# ---------------------------------------------------------------------- pages


def form(**typed: object) -> dict[str, object]:
    return {
        "submission_token": tokens.new(),
        "direction": "sent",
        "text": "",
        "counterparty": "",
        "on": clock.today().isoformat(),
        "medium": "courier",
        "note": "",
        **typed,
    }


def test_recorded_on_the_page_once_with_its_paper(agreement: Agreement, org: Organisation, client: Client) -> None:
    client.force_login(org.staff)
    address = reverse("agreements:exchange-record", args=[agreement.public_id])
    assert client.get(address).status_code == 200
    typed = form(note="送交征求意见", counterparty=str(agreement.parties.get().counterparty_id))
    for _time in range(2):
        paper = SimpleUploadedFile("来函.pdf", samples.pdf())
        answer = client.post(address, {**typed, "paper": paper})
        assert answer.status_code == 302, answer.content.decode()
    row = agreement.exchanges.get()
    assert row.counterparty is not None
    assert agreement.attachments.get(kind=Attachment.Kind.EXCHANGE).subject_key == row.files_key
    page = client.get(f"{agreement.get_absolute_url()}?tab=text").content.decode()
    assert "送交征求意见" in page
    assert "来函.pdf" in page
    overview = client.get(agreement.get_absolute_url()).content.decode()
    assert "#exchanges" in overview


def test_mistakes_are_told_and_what_was_typed_stays(agreement: Agreement, org: Organisation, client: Client) -> None:
    client.force_login(org.staff)
    address = reverse("agreements:exchange-record", args=[agreement.public_id])
    ahead = (clock.today() + timedelta(days=2)).isoformat()
    for typed in (form(on=ahead, note="留住"), form(medium="", note="留住"), form(text="0" * 10, note="留住")):
        answer = client.post(address, typed)
        assert answer.status_code == 400
        assert "留住" in answer.content.decode()
    assert not agreement.exchanges.exists()


def test_the_page_is_closed_once_the_draft_is_submitted(org: Organisation, client: Client) -> None:
    agreement = make_agreement(org, at_station="legal_review")
    client.force_login(org.staff)
    address = reverse("agreements:exchange-record", args=[agreement.public_id])
    assert client.get(address).status_code == 409
    assert client.post(address, form()).status_code == 409


def test_taken_back_on_the_page(agreement: Agreement, org: Organisation, client: Client) -> None:
    row = send(agreement, org, clock.today())
    client.force_login(org.staff)
    address = reverse("agreements:exchange-strike", args=[agreement.public_id, row.public_id])
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": ""}).status_code == 400
    assert client.post(address, {"reason": "误录"}).status_code == 302
    assert client.post(address, {"reason": "误录"}).status_code == 409
    page = client.get(f"{agreement.get_absolute_url()}?tab=text").content.decode()
    assert "误录" in page


def test_as_many_queries_for_three_exchanges_as_for_one(agreement: Agreement, org: Organisation) -> None:
    send(agreement, org, clock.today())

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            found = exchange.rounds(agreement)
            assert [(line.exchange.entered_by.full_name, line.exchange.text) for line in found.lines]
        return len(queries)

    asked()  # the calendar is read once
    one = asked()
    receive(agreement, org, clock.today(), counterparty=agreement.parties.get().counterparty)
    send(agreement, org, clock.today())
    assert asked() == one
