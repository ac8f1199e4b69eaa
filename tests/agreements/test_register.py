"""The register of counterparties: names, codes, contacts, risk events, merging; who may, and what stays on record."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from agreements.models import Agreement, Contact, Counterparty, CounterpartyKindSetting, Party, RiskEvent
from agreements.preparation_blockers import preparation_blockers
from agreements.services import counterparties as register
from agreements.services import preparation
from agreements.services.preparation import PartyContent
from core import clock
from core.errors import BadInput, NotNow, Refused
from records import trail
from records.models import Event
from tests.factories import Organisation, fresh, make_agreement, paper

CODE, OTHER_CODE = "91350100M000100Y43", "9144030071526726XG"
PHONE, MAIL = "13812345678", "zhao@example.cn"


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    return make_agreement(org, at_station="preparation", party="津门科技有限公司", party_kind="private_enterprise")


@pytest.fixture
def entry(agreement: Agreement) -> Counterparty:
    return agreement.parties.get().counterparty


def log_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def system_events(code: str) -> list[Event]:
    return list(trail.history(trail.SYSTEM_CHAIN).filter(code=code))


# ---------------------------------------------------------------------- names and codes


def test_a_code_is_checked_unique_and_recorded(org: Organisation, agreement: Agreement, entry: Counterparty) -> None:
    register.correct(entry, by=org.staff, kind=entry.kind, code=" 91350100m000100y43")
    assert Counterparty.objects.get(pk=entry.pk).code == CODE
    (event,) = system_events("counterparty_corrected")
    assert event.payload["changes"] == {"code": ["", CODE]}
    other = make_agreement(org, at_station="preparation", party="另一家公司", party_kind="other").parties.get()
    for wrong in (CODE, "91350100M000100Y44"):
        with pytest.raises(BadInput):
            register.correct(other.counterparty, by=org.staff, kind="other", code=wrong)
    with pytest.raises(BadInput):
        preparation.name_parties(agreement, [PartyContent("第三家", "other", code=CODE)], by=org.staff)
    register.correct(entry, by=org.staff, kind=entry.kind, code=CODE)
    assert len(system_events("counterparty_corrected")) == 1


@pytest.mark.article("§3.1")
def test_the_kind_is_changed_by_the_general_office_and_what_is_missing_follows(
    org: Organisation, agreement: Agreement, entry: Counterparty
) -> None:
    agreement.parties.get().due_diligence.all().delete()
    assert {gap.code for gap in preparation_blockers(agreement)} >= {"diligence_standing"}
    with pytest.raises(Refused):
        register.correct(entry, by=org.staff, kind="state_owned_enterprise", reason="国资控股")
    with pytest.raises(BadInput):
        register.correct(entry, by=org.general_office, kind="state_owned_enterprise")
    register.correct(entry, by=org.general_office, kind="state_owned_enterprise", reason="国资控股")
    assert list(preparation_blockers(agreement)) == []
    assert system_events("counterparty_corrected")[-1].comment == "国资控股"


@pytest.mark.article("§3.1")
def test_which_kinds_are_assessed_is_the_authority_s_to_set(org: Organisation) -> None:
    rows = CounterpartyKindSetting.objects.filter(authority=org.authority)
    assert set(rows.filter(diligence_required=False).values_list("code", flat=True)) == {
        "state_organ",
        "state_owned_enterprise",
        "public_institution",
    }
    agreement = make_agreement(org, at_station="preparation")
    assert list(preparation_blockers(agreement)) == []
    setting = rows.get(code="state_organ")
    setting.diligence_required = True
    setting.save()
    assert {gap.code for gap in preparation_blockers(agreement)} >= {"diligence_credit"}


def test_another_name_is_unique_over_names_and_other_names(org: Organisation, entry: Counterparty) -> None:
    register.add_alias(entry, " 津门 科技 ", by=org.staff)
    assert [alias.name for alias in entry.aliases.all()] == ["津门科技"]
    for taken in ("津门科技", entry.name, " "):
        with pytest.raises(BadInput):
            register.add_alias(entry, taken, by=org.staff)
    with pytest.raises(Refused):
        register.add_alias(entry, "津科", by=org.foreign_staff)
    assert [row.name for row in register.search("津门科技")] == [entry.name]


@pytest.mark.parametrize("typed", ["津门科技 有限责任公司", "津门科技（有限公司）", "津科"])
def test_a_name_that_may_be_an_entry_makes_no_duplicate(org: Organisation, entry: Counterparty, typed: str) -> None:
    register.add_alias(entry, "津科", by=org.staff)
    other = make_agreement(org, at_station="preparation", title="乙件")
    with pytest.raises(BadInput, match="津门科技有限公司"):
        preparation.name_parties(other, [PartyContent(typed, "private_enterprise")], by=org.staff)
    another = [PartyContent(typed, "private_enterprise", is_another=True)]
    if typed == "津科":
        with pytest.raises(BadInput):
            preparation.name_parties(other, another, by=org.staff)
    else:
        preparation.name_parties(other, another, by=org.staff)
        assert other.parties.get().counterparty != entry


@pytest.mark.article("§3.1")
def test_a_counterparty_is_entered_before_any_agreement_names_it(org: Organisation, entry: Counterparty) -> None:
    client, address = log_in(org.staff), reverse("agreements:counterparty-new")
    assert address in client.get(reverse("agreements:counterparty-list")).content.decode()
    page = client.get(address)
    assert "is_another" not in page.context["form"].fields
    sent = {
        "name": "海河未来研究院",
        "kind": "public_institution",
        "code": CODE,
        "name_en": "Haihe Institute",
        "submission_token": page.context["submission_token"],
    }
    for _twice in range(2):
        answer = client.post(address, sent)
        assert answer.status_code == 302
    made = Counterparty.objects.get(name="海河未来研究院")
    assert (made.kind, made.code, made.name_en) == ("public_institution", CODE, "Haihe Institute")
    assert answer["Location"] == made.get_absolute_url()
    assert [event.payload["id"] for event in system_events("counterparty_entered")] == [made.public_id]
    token = client.get(address).context["submission_token"]
    near = {"name": "津门科技 有限责任公司", "kind": "private_enterprise", "submission_token": token}
    for wrong in (
        near,
        {**near, "name": entry.name},
        {**near, "name": " "},
        {**near, "code": CODE, "is_another": "on"},
    ):
        assert client.post(address, wrong).status_code == 400, wrong
    assert client.post(address, {**near, "is_another": "on"}).status_code == 302
    assert Counterparty.objects.count() == 3
    with pytest.raises(Refused):
        register.enter_by_itself("甲", "other", by=org.mayor)
    with pytest.raises(BadInput):
        register.enter_by_itself("甲", "unheard_of", by=org.general_office)


def test_the_page_of_parties_offers_the_entry(org: Organisation, entry: Counterparty) -> None:
    other = make_agreement(org, at_station="preparation", title="乙件", party="甘肃省人民政府")
    client, address = log_in(org.staff), reverse("agreements:parties-edit", args=[other.public_id])
    sent = {
        "party-TOTAL_FORMS": "1",
        "party-INITIAL_FORMS": "0",
        "party-0-name": "津门科技（有限责任公司）",
        "party-0-kind": "other",
        "party-0-authorisation": "董事长授权",
    }
    page = client.post(address, sent)
    assert page.status_code == 400
    assert entry.public_id in page.content.decode()
    assert client.post(address, {**sent, "party-0-entry": "0" * 10}).status_code == 400
    answer = client.post(address, {**sent, "party-0-entry": entry.public_id})
    assert answer.status_code == 302
    party = other.parties.get()
    assert (party.counterparty, party.authorisation) == (entry, "董事长授权")
    assert answer["Location"] == reverse("agreements:relations-edit", args=[other.public_id])


# ---------------------------------------------------------------------- contacts


def test_a_number_is_in_no_page_until_it_is_uncovered(
    org: Organisation, agreement: Agreement, entry: Counterparty
) -> None:
    contact = register.add_contact(entry, by=org.staff, name="赵经理", post="经理", phone=PHONE, email=MAIL)
    client = log_in(org.staff)
    pages = [
        entry.get_absolute_url(),
        reverse("agreements:counterparty-list"),
        reverse("agreements:counterparty-edit", args=[entry.public_id]),
        reverse("agreements:contact-new", args=[entry.public_id]),
        reverse("agreements:parties-edit", args=[agreement.public_id]),
        agreement.get_absolute_url(),
        agreement.get_absolute_url() + "?tab=trail",
    ]
    for address in pages:
        shown = client.get(address).content.decode()
        assert PHONE not in shown, address
        assert MAIL not in shown, address
    assert "138****5678" in client.get(pages[0]).content.decode()
    address = reverse("agreements:contact-reveal", args=[entry.public_id, contact.public_id])
    assert client.get(address).status_code == 405
    answer = client.post(address)
    assert PHONE in answer.content.decode()
    assert MAIL in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert PHONE not in client.get(pages[0]).content.decode()
    (event,) = system_events("contact_revealed")
    assert (event.actor_id, event.payload["contact"]) == (org.staff.pk, "赵经理")
    kept = json.dumps(list(Event.objects.values_list("payload", flat=True)))
    assert PHONE not in kept
    assert MAIL not in kept


def test_only_who_deals_with_it_uncovers_a_number(org: Organisation, entry: Counterparty) -> None:
    contact = register.add_contact(entry, by=org.staff, name="赵经理", phone=PHONE)
    for who in ("stranger", "foreign_staff", "mayor", "administrator", "audit_admin"):
        with pytest.raises(Refused):
            register.reveal(contact, by=org.users[who])
    assert not system_events("contact_revealed")
    register.reveal(contact, by=org.general_office)
    register.retire_contact(contact, by=org.head)
    register.retire_contact(contact, by=org.head)
    assert len(system_events("contact_retired")) == 1
    assert Contact.objects.get().retired_on == clock.today()
    with pytest.raises(BadInput):
        register.add_contact(entry, by=org.staff, name="无号码")


# ---------------------------------------------------------------------- risk events


def risk(entry: Counterparty, by: User, **facts: Any) -> RiskEvent:
    return register.enter_risk(
        entry,
        by=by,
        **{
            "kind": "litigation",
            "happened_on": clock.today() - timedelta(days=9),
            "description": "被诉",
            "source": "公告",
            **facts,
        },
    )


def test_a_risk_event_is_written_once_and_closed_by_another(org: Organisation, entry: Counterparty) -> None:
    first = risk(entry, org.staff, paper=paper("公告.png"))
    assert register.open_risks([entry.pk]) == {entry.pk: 1}
    for change in (lambda: RiskEvent.objects.filter(pk=first.pk).update(source="改"), lambda: first.delete()):
        with pytest.raises((IntegrityError, ProtectedError)), transaction.atomic():
            change()
    with pytest.raises(BadInput):
        risk(entry, org.staff, closes=first, happened_on=clock.today() - timedelta(days=10))
    with pytest.raises(BadInput):
        risk(entry, org.staff, happened_on=clock.today() + timedelta(days=1))
    end = risk(entry, org.staff, closes=first, description="撤诉", happened_on=clock.today())
    assert register.open_risks([entry.pk]) == {}
    with pytest.raises(NotNow):
        risk(entry, org.staff, closes=first)
    with pytest.raises(BadInput):
        risk(entry, org.staff, closes=end)
    with pytest.raises(Refused):
        risk(entry, org.stranger)


def test_a_risk_event_is_entered_on_its_page_and_warned_of(
    org: Organisation, agreement: Agreement, entry: Counterparty
) -> None:
    client, address = log_in(org.staff), reverse("agreements:risk-event-new", args=[entry.public_id])
    sent = {
        "kind": "dishonesty",
        "happened_on": clock.today().isoformat(),
        "description": "列入失信名单",
        "source": "信用网站",
        "paper": paper("截图.png"),
        "submission_token": client.get(address).context["submission_token"],
    }
    assert client.post(address, {**sent, "source": ""}).status_code == 400
    sent["paper"] = paper("截图.png")
    assert client.post(address, sent).status_code == 302
    event = RiskEvent.objects.get()
    paper_url = reverse("agreements:risk-event-paper", args=[entry.public_id, event.public_id])
    assert b"".join(client.get(paper_url))
    closing = client.get(f"{address}?closes={event.public_id}")
    assert "列入失信名单" in closing.content.decode()
    assert client.get(f"{address}?closes={'0' * 10}").status_code == 404
    assert client.get(agreement.get_absolute_url()).context["party_lines"][0].risks == 1


# ---------------------------------------------------------------------- merging


def test_a_duplicate_is_merged_and_nothing_is_lost(org: Organisation, entry: Counterparty) -> None:
    submitted = make_agreement(
        org, at_station="legal_review", title="丙件", party="津科", party_kind="private_enterprise"
    )
    duplicate = submitted.parties.get().counterparty
    prepared = make_agreement(
        org, at_station="preparation", title="丁件", party="津科", party_kind="private_enterprise"
    )
    register.add_alias(duplicate, "津科技", by=org.staff)
    register.add_contact(duplicate, by=org.staff, name="赵经理", phone=PHONE)
    risk(duplicate, org.staff)
    register.correct(duplicate, by=org.staff, kind=duplicate.kind, code=CODE)
    with pytest.raises(Refused):
        register.merge(duplicate, entry, by=org.staff, reason="重复")
    with pytest.raises(BadInput):
        register.merge(duplicate, entry, by=org.head, reason=" ")
    with pytest.raises(BadInput):
        register.merge(duplicate, duplicate, by=org.head, reason="重复")
    before = Counterparty.objects.count()
    register.merge(duplicate, entry, by=org.head, reason="执照一致")
    assert Counterparty.objects.count() == before
    assert duplicate.merged_into == entry
    assert entry.code == CODE
    assert {alias.name for alias in entry.aliases.all()} == {"津科", "津科技"}
    assert {party.counterparty_id for party in Party.objects.filter(agreement__in=(submitted, prepared))} == {entry.pk}
    submitted.refresh_from_db()
    assert entry.name in submitted.search_text
    assert register.open_risks([entry.pk]) == {entry.pk: 1}
    page = log_in(org.staff).get(entry.get_absolute_url())
    assert len(page.context["contacts"]) == 1
    assert len(page.context["agreements"]) == 3
    (event,) = system_events("counterparties_merged")
    assert event.comment == "执照一致"
    assert set(event.payload["agreements"]) == {submitted.number, prepared.number}
    with pytest.raises(NotNow):
        register.merge(duplicate, entry, by=org.head, reason="再来")
    with pytest.raises(BadInput):
        preparation.name_parties(prepared, [PartyContent("津科", "other")], by=org.staff)


def test_two_that_differ_are_not_merged(org: Organisation, agreement: Agreement, entry: Counterparty) -> None:
    other = make_agreement(org, at_station="preparation", title="丙件", party="津科", party_kind="other")
    duplicate = other.parties.get().counterparty
    Party.objects.create(agreement=agreement, counterparty=duplicate, order=2)
    with pytest.raises(BadInput):
        register.merge(duplicate, entry, by=org.general_office, reason="重复")
    Party.objects.filter(agreement=agreement, order=2).delete()
    register.correct(entry, by=org.staff, kind=entry.kind, code=CODE)
    register.correct(duplicate, by=org.staff, kind=duplicate.kind, code=OTHER_CODE)
    with pytest.raises(BadInput):
        register.merge(duplicate, entry, by=org.administrator, reason="重复")
    assert not system_events("counterparties_merged")


def test_the_page_of_merging_finds_and_merges(org: Organisation, entry: Counterparty) -> None:
    duplicate = (
        make_agreement(org, at_station="preparation", title="丙件", party="津科", party_kind="other")
        .parties.get()
        .counterparty
    )
    client = log_in(fresh(org.administrator))
    address = reverse("agreements:counterparty-merge", args=[duplicate.public_id])
    assert [row.name for row in client.get(address, {"q": "津门"}).context["found"]] == [entry.name]
    assert client.get(address, {"with": entry.public_id}).context["survivor"] == entry
    assert client.post(address, {"survivor": entry.public_id, "reason": ""}).status_code == 400
    assert client.post(address, {"survivor": duplicate.public_id, "reason": "重复"}).status_code == 404
    answer = client.post(address, {"survivor": entry.public_id, "reason": "执照一致"})
    assert answer["Location"] == entry.get_absolute_url()


# ---------------------------------------------------------------------- pages


def test_the_list_asks_the_same_number_of_queries_for_one_and_for_three_rows(
    org: Organisation, entry: Counterparty
) -> None:
    client, counts = log_in(org.staff), []
    for extra in ((), ("甲公司", "乙公司")):
        for number, name in enumerate(extra):
            row = make_agreement(org, at_station="preparation", title=name, party=name, party_kind="other")
            register.add_alias(row.parties.get().counterparty, f"别名{number}", by=org.staff)
        client.get(reverse("agreements:counterparty-list"))
        with CaptureQueriesContext(connection) as found:
            page = client.get(reverse("agreements:counterparty-list"))
        counts.append(len(found))
    assert page.context["page_obj"].paginator.count == 3
    assert counts[0] == counts[1]


def test_agreements_one_may_not_see_are_only_counted(
    org: Organisation, agreement: Agreement, entry: Counterparty
) -> None:
    page = log_in(org.stranger).get(entry.get_absolute_url())
    assert page.context["agreements"] == []
    assert page.context["hidden"] == 1
    assert agreement.title not in page.content.decode()
    assert log_in(org.system_admin).get(entry.get_absolute_url()).status_code == 403


@pytest.mark.parametrize(
    ("q", "found"), [("门科", 1), ("无此名", 0), ("91350100", 1), ("%", 0), ("津门科技（有限责任公司）", 1)]
)
def test_the_list_searches_names_and_codes(org: Organisation, entry: Counterparty, q: str, found: int) -> None:
    register.correct(entry, by=org.staff, kind=entry.kind, code=CODE)
    client = log_in(org.staff)
    page = client.get(reverse("agreements:counterparty-list"), {"q": q, "kind": "private_enterprise"})
    assert page.context["page_obj"].paginator.count == found
    assert client.get(reverse("agreements:counterparty-list"), {"kind": "state_organ"}).context["rows"] == []
