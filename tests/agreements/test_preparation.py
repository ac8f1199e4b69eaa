"""§3.1: filing, facts, parties, due diligence, risk: who may, when, and what is asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.posts import post_in
from agreements.forms.preparation import FactsForm
from agreements.models import Agreement, DueDiligence, Party
from agreements.preparation_blockers import preparation_blockers
from agreements.services import access, consulting, diligence, lifecycle, opinions, preparation
from agreements.services.opinions import PointContent
from agreements.services.preparation import PartyContent
from core import clock
from core.errors import BadInput, NotNow, Refused
from records import trail
from tests.factories import Organisation, make_agreement, make_user, prepare, write_text

TITLE = "津长合作协议"


def file(org: Organisation, by: str = "staff", category: str = "sister_province") -> Agreement:
    return preparation.file(
        org.category(category), by=org.users[by], title=TITLE, document_type="agreement", origin="proposal"
    )


@pytest.mark.article("§2.3")
def test_the_lead_unit_of_the_category_files(org: Organisation) -> None:
    agreement = file(org)
    assert agreement.number.startswith("津合协〔2026〕")
    assert agreement.lead_unit == org.lead
    assert [event.code for event in trail.history(agreement.chain)] == ["file"]
    assert agreement.todos.get().code == "prepare"


@pytest.mark.article("§2.5")
@pytest.mark.parametrize("who", ["staff", "district", "mayor", "system_admin"])
def test_another_unit_does_not_file_for_the_foreign_affairs_office(org: Organisation, who: str) -> None:
    with pytest.raises(Refused) as refusal:
        file(org, who, "sister_city")
    assert refusal.value.article
    assert not Agreement.objects.exists()


def test_numbers_run_without_a_gap_even_when_a_filing_fails(org: Organisation, monkeypatch) -> None:
    first = file(org)
    with monkeypatch.context() as patch:
        patch.setattr(preparation.trail, "append", _fail)
        with pytest.raises(RuntimeError):
            file(org)
    assert [int(row.number.rpartition("〕")[2].strip("号")) for row in (first, file(org))] == [1, 2]


def _fail(*args, **kwargs) -> None:
    raise RuntimeError("power cut")


def test_only_the_lead_unit_changes_the_facts(org: Organisation) -> None:
    agreement = file(org)
    for who in ("stranger", "general_office", "mayor", "foreign_staff"):
        with pytest.raises(Refused):
            preparation.describe(agreement, by=org.users[who], facts={"title": "X"}, fields=[], natures=[])
    agreement.refresh_from_db()
    assert agreement.title == TITLE


def test_the_facts_are_settled_once_the_draft_is_submitted(org: Organisation) -> None:
    agreement = make_agreement(org, at_station="legal_review")
    for act in (
        lambda: preparation.describe(agreement, by=org.staff, facts={}, fields=[], natures=[]),
        lambda: preparation.name_parties(agreement, [PartyContent("乙方", "other")], by=org.staff),
        lambda: diligence.argue_risk(agreement, by=org.staff, level="low", argument="低"),
    ):
        with pytest.raises(NotNow) as refusal:
            act()
        assert refusal.value.code == "settled"
        assert refusal.value.article == "§3.3"


def test_a_failure_in_the_middle_leaves_nothing_behind(org: Organisation, monkeypatch) -> None:
    agreement = file(org)
    monkeypatch.setattr(lifecycle, "act", _fail)
    with pytest.raises(RuntimeError):
        preparation.describe(agreement, by=org.staff, facts={"title": "改名"}, fields=["trade"], natures=["intent"])
    agreement = Agreement.objects.get(pk=agreement.pk)
    assert agreement.title == TITLE
    assert not agreement.fields.exists()
    assert not agreement.natures.exists()


def test_parties_are_one_to_eleven_and_each_once(org: Organisation) -> None:
    agreement = file(org)
    twelve = [PartyContent(f"第{n}方", "state_organ") for n in range(12)]
    for wrong in ([], twelve, [twelve[0], twelve[0]]):
        with pytest.raises(BadInput):
            preparation.name_parties(agreement, wrong, by=org.staff)
    assert len(preparation.name_parties(agreement, twelve[:11], by=org.staff)) == 11
    (only,) = preparation.name_parties(agreement, twelve[3:4], by=org.staff)
    assert only.order == 1
    assert Party.objects.filter(agreement=agreement).count() == 1


@pytest.mark.article("§3.1")
def test_an_assessed_party_is_not_dropped(org: Organisation) -> None:
    agreement = make_agreement(org, at_station="preparation", party="某公司", party_kind="private_enterprise")
    with pytest.raises(BadInput):
        preparation.name_parties(agreement, [PartyContent("另一方", "state_organ")], by=org.staff)
    assert [str(party) for party in agreement.parties.all()] == ["某公司"]


@pytest.mark.article("§3.1")
def test_due_diligence_is_asked_of_companies_and_not_of_state_organs(org: Organisation) -> None:
    company = make_agreement(org, at_station="preparation", party="某公司", party_kind="private_enterprise")
    DueDiligence.objects.filter(party__agreement=company, point="credit").delete()
    assert [gap.code for gap in preparation_blockers(company)] == ["diligence_credit"]
    organ = make_agreement(org, at_station="preparation", title="乙")
    assert list(preparation_blockers(organ)) == []
    with pytest.raises(NotNow) as refusal:
        diligence.assess(organ.parties.get(), {"assets": ("好", "sound")}, by=org.staff)
    assert refusal.value.code == "exempt"


@pytest.mark.article("§3.1")
def test_a_counterparty_that_is_not_sound_is_not_drafted_with(org: Organisation) -> None:
    agreement = make_agreement(org, at_station="preparation", party="某公司", party_kind="private_enterprise")
    diligence.assess(agreement.parties.get(), {"ability": ("无力履约", "unsound")}, by=org.staff)
    with pytest.raises(NotNow) as refusal:
        lifecycle.move(agreement, "begin_drafting", by=org.staff)
    assert [gap.code for gap in refusal.value.gaps] == ["diligence_ability"]
    with pytest.raises(BadInput):
        diligence.assess(agreement.parties.get(), {"luck": ("好", "sound")}, by=org.staff)


@pytest.mark.article("§3.1")
def test_every_gap_is_named_at_once_with_the_place_to_mend_it(org: Organisation) -> None:
    agreement = file(org)
    gaps = list(preparation_blockers(agreement))
    assert {gap.code for gap in gaps} == {"fields", "term", "parties", "ability", "risk"}
    assert all(gap.url and gap.article for gap in gaps)
    prepare(agreement, by=org.staff)
    assert list(preparation_blockers(agreement)) == []


def test_the_search_finds_title_number_and_counterparty(org: Organisation) -> None:
    agreement = make_agreement(org, at_station="preparation")
    agreement.refresh_from_db()
    for word in (agreement.title, agreement.number, "长春市人民政府"):
        assert word in agreement.search_text


@pytest.mark.article("§3.1")
def test_the_kind_of_a_counterparty_is_not_changed_from_another_agreement(org: Organisation) -> None:
    company = make_agreement(org, at_station="preparation", party="某公司", party_kind="private_enterprise")
    DueDiligence.objects.filter(party__agreement=company).delete()
    other = file(org)
    with pytest.raises(BadInput, match="某公司") as refusal:
        preparation.name_parties(other, [PartyContent("某公司", "state_organ")], by=org.staff)
    assert refusal.value.article == "§3.1"
    assert not other.parties.exists()
    assert len(list(preparation_blockers(company))) == 4
    preparation.name_parties(other, [PartyContent("某公司", "private_enterprise")], by=org.staff)


def test_a_kind_that_was_chosen_wrongly_is_corrected_while_nobody_else_relies_on_it(org: Organisation) -> None:
    agreement = file(org)
    preparation.name_parties(agreement, [PartyContent("某公司", "state_organ")], by=org.staff)
    preparation.name_parties(agreement, [PartyContent("某公司", "private_enterprise")], by=org.staff)
    assert agreement.parties.get().counterparty.kind == "private_enterprise"


@pytest.mark.article("§2.5")
def test_a_sister_city_agreement_stays_a_foreign_affairs_agreement(org: Organisation) -> None:
    agreement = make_agreement(org, "sister_city", at_station="preparation", is_foreign_affairs=False)
    agreement.refresh_from_db()
    assert agreement.is_foreign_affairs
    form = FactsForm({}, agreement=agreement, units=[])
    form.is_valid()
    assert form.cleaned_data["is_foreign_affairs"]


@pytest.mark.article("§3.4")
@pytest.mark.parametrize("act", ["name_parties", "assess", "argue_risk", "send", "answer"])
def test_whoever_prepares_counts_as_having_worked_on_the_case(org: Organisation, act: str) -> None:
    agreement = make_agreement(
        org,
        at_station="drafting" if act in ("send", "answer") else "preparation",
        party="某公司",
        party_kind="private_enterprise",
    )
    colleague = make_user("colleague", "李新", post_in(org.lead, "officer"))
    due = clock.today() + timedelta(days=7)
    if act == "name_parties":
        preparation.name_parties(agreement, [PartyContent("某公司", "private_enterprise")], by=colleague)
    elif act == "assess":
        diligence.assess(agreement.parties.get(), {"assets": ("好", "sound")}, by=colleague)
    elif act == "argue_risk":
        diligence.argue_risk(agreement, by=colleague, level="low", argument="低")
    else:
        write_text(agreement, by=org.staff)
        sender = colleague if act == "send" else org.staff
        round_ = consulting.send(agreement, [org.units["finance"]], by=sender, due_on=due)
        if act == "answer":
            said = [PointContent("请斟酌")]
            opinion = opinions.reply(round_.consulted.get(), by=org.consulted, stance="objection", points=said)
            assert not access.worked_on(agreement, colleague)
            opinions.answer(opinion.points.get(), by=colleague, adoption="adopted")
    assert access.worked_on(agreement, colleague)
