"""Intake: origin papers, joint leads, links, agreements that are alike, classified ones, own ability, term, amounts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from agreements import rules
from agreements.forms.preparation import FactsForm
from agreements.models import Agreement, AgreementLink, Attachment, ClassifiedEntry, Standing, Station
from agreements.preparation_blockers import preparation_blockers
from agreements.services import classified, diligence, drafting, links, overlaps, preparation
from agreements.services.diligence import Finding
from agreements.services.preparation import PartyContent
from core import clock
from core.errors import BadInput, NotNow, Refused
from records import trail
from records.models import Event
from tests.factories import Organisation, consult_units, fresh, make_agreement, paper, write_text
from tests.factories_approvals import approved
from tests.factories_archive import sign

Kind = AgreementLink.Kind


def log_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(agreement: Agreement, name: str, *args: str) -> str:
    return reverse(f"agreements:{name}", args=[agreement.public_id, *args])


def gaps(agreement: Agreement) -> set[str]:
    return {gap.code for gap in preparation_blockers(Agreement.objects.get(pk=agreement.pk))}


def file(org: Organisation, **facts: Any) -> Agreement:
    told = {"title": "津长合作协议", "document_type": "agreement", "origin": "proposal", **facts}
    return preparation.file(org.category("sister_province"), by=org.staff, **told)


def signed(org: Organisation, **facts: Any) -> Agreement:
    agreement = approved(org, **facts)
    sign(agreement, org)
    return Agreement.objects.get(pk=agreement.pk)


# ---------------------------------------------------------------------- origin


@pytest.mark.article("§3.1")
@pytest.mark.parametrize(
    ("origin", "asked"), [("instruction", True), ("meeting", True), ("letter", True), ("proposal", False)]
)
def test_the_paper_of_the_origin_is_asked_for_before_the_draft(org: Organisation, origin: str, asked: bool) -> None:
    agreement = file(org, origin=origin)
    assert ("origin_paper" in gaps(agreement)) == asked
    preparation.state_origin(agreement, by=org.staff, origin=origin, papers=[paper("来函.png")])
    assert "origin_paper" not in gaps(agreement)
    row = agreement.attachments.get()
    assert (row.kind, row.subject_key) == (Attachment.Kind.ORIGIN, "origin")
    with pytest.raises(BadInput):
        preparation.state_origin(agreement, by=org.staff, origin="rumour")
    with pytest.raises(Refused):
        preparation.state_origin(agreement, by=org.general_office, origin="letter")


def test_the_paper_is_brought_at_filing_or_later(org: Organisation) -> None:
    client, address = log_in(org.staff), reverse("agreements:agreement-create", args=["sister_province"])
    sent = {
        "title": "津长合作协议",
        "document_type": "agreement",
        "origin": "letter",
        "origin_note": "长府函〔2026〕3号",
        "classification": "open",
    }
    for papers in ([paper("来函.png"), paper("附件.png")], []):
        token = client.get(address).context["submission_token"]
        assert client.post(address, {**sent, "origin_papers": papers, "submission_token": token}).status_code == 302
    first, second = Agreement.objects.order_by("pk")
    assert first.attachments.count() == 2
    edit = url(second, "origin-edit")
    assert client.post(edit, {"origin": "letter", "origin_papers": [paper("补交.png")]}).status_code == 302
    assert client.post(edit, {"origin": ""}).status_code == 400
    assert second.attachments.count() == 1
    assert "来函.png" in client.get(first.get_absolute_url()).content.decode()


# ---------------------------------------------------------------------- joint leads


def describe(agreement: Agreement, org: Organisation, **facts: Any) -> None:
    preparation.describe(agreement, by=org.staff, facts={"term_kind": "none"}, fields=["trade"], natures=[], **facts)


def test_a_joint_lead_prepares_and_drafts_and_the_first_lead_submits(org: Organisation) -> None:
    agreement = make_agreement(org, at_station="preparation")
    assert not rules.may_edit(org.foreign_staff, agreement)
    assert not Agreement.objects.visible_to(org.foreign_staff).exists()
    describe(agreement, org, joint_leads=[org.units["foreign_affairs"]])
    assert rules.may_edit(fresh(org.foreign_staff), agreement)
    assert not rules.may_lead(fresh(org.foreign_head), agreement)
    assert not rules.may_edit(org.stranger, agreement)
    drafting.begin(agreement, by=org.foreign_staff)
    write_text(agreement, by=org.foreign_staff)
    consult_units(agreement, org, by=org.foreign_staff)
    preparation.describe(
        agreement,
        by=org.foreign_staff,
        facts={},
        fields=["trade"],
        natures=["framework"],
        joint_leads=[org.units["foreign_affairs"]],
    )
    with pytest.raises(Refused):
        drafting.submit(agreement, by=org.foreign_head)
    page = log_in(org.foreign_staff).get(agreement.get_absolute_url())
    assert page.context["joint_leads"] == org.units["foreign_affairs"].short
    drafting.submit(agreement, by=org.head)
    agreement.refresh_from_db()
    assert agreement.station == Station.LEGAL_REVIEW


def test_a_unit_has_one_part_only(org: Organisation) -> None:
    agreement = make_agreement(org, at_station="preparation")
    finance = org.units["finance"]
    for units in ({"joint_leads": [org.lead]}, {"joint_leads": [finance], "supporting_units": [finance]}):
        with pytest.raises(BadInput):
            describe(agreement, org, **units)
    form = FactsForm(
        {"title": "甲", "document_type": "agreement", "amount_kind": "none"}
        | {"joint_leads": [str(finance.pk)], "supporting_units": [str(finance.pk)]},
        agreement=agreement,
        units=[finance],
    )
    assert "supporting_units" in form.errors
    assert not agreement.joint_leads.exists()


# ---------------------------------------------------------------------- links


def test_a_next_period_follows_one_in_force_and_an_amendment_one_that_is_signed(org: Organisation) -> None:
    old, new = signed(org), make_agreement(org, at_station="preparation", title="第二期")
    draft = make_agreement(org, at_station="preparation", title="草案")
    for kind in (Kind.PREDECESSOR, Kind.AMENDS):
        with pytest.raises(NotNow):
            links.link(new, draft, kind, by=org.staff)
    links.link(new, old, Kind.PREDECESSOR, by=org.staff)
    links.link(draft, old, Kind.AMENDS, by=org.staff)
    third = make_agreement(org, at_station="preparation", title="子协议")
    links.link(third, draft, Kind.PARENT, by=org.staff)
    for agreement, other, tried in (
        (new, new, Kind.PARENT),
        (new, draft, Kind.PREDECESSOR),
        (draft, third, Kind.PARENT),
        (new, old, Kind.PARENT),
        (new, draft, "cousin"),
    ):
        with pytest.raises((BadInput, NotNow)):
            links.link(agreement, other, tried, by=org.staff)
    with pytest.raises(Refused):
        links.link(new, draft, Kind.PARENT, by=org.foreign_staff)
    for agreement in (old, new, draft, third):
        found = links.related(agreement, org.staff)
        assert [row.pk for row in found.periods] == ([old.pk, new.pk] if agreement in (old, new) else [])
    assert links.related(old, org.staff).amendments == [draft]
    assert links.related(draft, org.staff).children == [third]
    assert links.related(third, org.staff).parents == [draft]
    assert not links.related(old, org.stranger)


def test_a_longer_circle_is_found_and_a_period_that_has_ended_may_be_followed(org: Organisation) -> None:
    rows = [make_agreement(org, at_station="preparation", title=f"第{n}") for n in range(4)]
    for newer, older in zip(rows[1:], rows, strict=False):
        links.link(newer, older, Kind.PARENT, by=org.staff)
    with pytest.raises(BadInput):
        links.link(rows[0], rows[3], Kind.PARENT, by=org.staff)
    ended = signed(org)
    ended.__dict__["station"] = Station.CONCLUDED
    super(Agreement, ended).save()
    Agreement.objects.get(pk=ended.pk)
    links.link(rows[0], ended, Kind.PREDECESSOR, by=org.staff)
    with pytest.raises(NotNow):
        links.link(make_agreement(org, at_station="preparation"), ended, Kind.AMENDS, by=org.staff)


def test_a_link_is_found_made_and_taken_away_on_its_page(org: Organisation) -> None:
    old, new = signed(org), make_agreement(org, at_station="preparation", title="第二期")
    hidden = make_agreement(
        org, "sister_city", at_station="preparation", title="友城备忘录", party="某市", party_kind="foreign_government"
    )
    client, page = log_in(org.staff), url(new, "relations-edit")
    assert [other.pk for other, _form in client.get(page, {"q": old.number}).context["found"]] == [old.pk]
    assert client.get(page, {"q": "友城"}).context["found"] == []
    make = url(new, "link-make")
    assert client.post(make, {"other": hidden.public_id, "kind": "parent"}).status_code == 404
    assert client.post(make, {"other": new.public_id, "kind": "parent"}).status_code == 400
    assert client.post(make, {"other": old.public_id, "kind": "predecessor"}).status_code == 302
    row = new.links.get()
    other = make_agreement(org, at_station="preparation", title="他件")
    assert client.post(url(other, "link-remove", row.public_id)).status_code == 404
    shown = client.get(new.get_absolute_url()).content.decode()
    assert old.get_absolute_url() in shown
    assert client.post(url(new, "link-remove", row.public_id)).status_code == 302
    assert not new.links.exists()
    codes = [event.code for event in trail.history(new.chain)]
    assert codes[-2:] == ["link", "unlink"]
    with pytest.raises(NotNow):
        links.unlink(row, by=org.staff)


# ---------------------------------------------------------------------- agreements that are alike


@pytest.mark.article("§3.1")
def test_the_newer_one_says_why_it_is_made(org: Organisation) -> None:
    old, new = make_agreement(org, at_station="preparation"), file(org, title="新件")
    preparation.name_parties(new, [PartyContent("长春市人民政府", "state_organ")], by=org.staff)
    assert "overlap" in gaps(new)
    assert "overlap" not in gaps(old)
    with pytest.raises(BadInput):
        preparation.explain_overlap(new, " ", by=org.staff)
    client = log_in(org.staff)
    page = client.get(url(new, "relations-edit"))
    assert page.context["overlap_asked"]
    assert page.context["same_counterparty"].shown == [old]
    assert client.post(url(new, "relations-edit"), {"reason": ""}).status_code == 400
    assert client.post(url(new, "relations-edit"), {"reason": "合作领域不同"}).status_code == 302
    assert "overlap" not in gaps(new)
    assert trail.history(new.chain).last().comment == "合作领域不同"


@pytest.mark.parametrize("kind", [Kind.PARENT, Kind.PREDECESSOR, Kind.AMENDS])
def test_a_link_says_why_by_itself(org: Organisation, kind: str) -> None:
    old, new = signed(org), file(org, title="新件")
    preparation.name_parties(new, [PartyContent("长春市人民政府", "state_organ")], by=org.staff)
    assert "overlap" in gaps(new)
    links.link(new, old, kind, by=org.staff)
    assert "overlap" not in gaps(new)


def test_what_has_ended_and_what_only_shares_a_field_asks_nothing(org: Organisation) -> None:
    old = make_agreement(org, at_station="preparation")
    new = make_agreement(org, at_station="preparation", title="新件", party="吉林市人民政府")
    assert overlaps.as_seen_by(org.staff, overlaps.same_field(new)).shown == [old]
    assert overlaps.is_explained(new)
    drafting.withdraw(old, by=org.head, reason="不再推进")
    old.refresh_from_db()
    assert old.standing == Standing.WITHDRAWN
    assert not overlaps.same_field(new).exists()


def test_one_that_may_not_be_seen_is_only_counted(org: Organisation) -> None:
    make_agreement(org, at_station="preparation", title="不可见")
    client = log_in(org.district)
    mine = preparation.file(
        org.category("other"), by=org.district, title="区件", document_type="agreement", origin="proposal"
    )
    preparation.name_parties(mine, [PartyContent("长春市人民政府", "state_organ")], by=org.district)
    for name in ("parties-edit", "preparation-edit", "relations-edit", "agreement-detail"):
        page = client.get(url(mine, name))
        overlap = page.context["same_counterparty"]
        assert (overlap.shown, overlap.more, overlap.hidden) == ([], 0, 1), name
        assert "不可见" not in page.content.decode(), name


# ---------------------------------------------------------------------- classified


def test_a_classified_agreement_leaves_a_number_and_nothing_else(org: Organisation) -> None:
    client = log_in(org.staff)
    secret = "某涉密合作事项"
    address = reverse("agreements:agreement-create", args=["sister_province"])
    sent = {"title": secret, "classification": "classified", "origin_note": secret}
    answer = client.post(address, sent)
    assert answer["Location"] == reverse("agreements:classified-new")
    assert secret not in client.get(answer["Location"]).content.decode()
    page = reverse("agreements:classified-new")
    token = client.get(page).context["submission_token"]
    for number in (secret, "天津市与某省合作协议2026", "", "无号", "1" * 25):
        wrong = {"paper_number": number, "whereabouts": str(org.lead.pk), "submission_token": token}
        assert client.post(page, wrong).status_code == 400, number
    good = {"paper_number": "机密〔2026〕017", "whereabouts": str(org.lead.pk), "submission_token": token}
    assert client.post(page, good).status_code == 302
    assert client.post(page, good).status_code == 302
    entry = ClassifiedEntry.objects.get()
    assert entry.register_number == f"涉密登〔{clock.today().year}〕1号"
    assert {field.name for field in ClassifiedEntry._meta.get_fields()} == {
        "id",
        "public_id",
        "authority",
        "unit",
        "register_number",
        "paper_number",
        "whereabouts",
        "entered_by",
        "entered_on",
    }
    assert not Agreement.objects.exists()
    (event,) = trail.history(trail.SYSTEM_CHAIN).filter(code="classified_entered")
    assert event.payload == {"number": entry.register_number, "unit": org.lead.name_zh}
    assert not Event.objects.filter(payload__icontains=secret).exists()


def test_who_reads_the_classified_register(org: Organisation) -> None:
    entry = classified.enter(by=org.staff, paper_number="7", whereabouts=org.lead)
    with pytest.raises(BadInput):
        classified.enter(by=org.head, paper_number="7", whereabouts=org.lead)
    second = classified.enter(by=org.foreign_staff, paper_number="7", whereabouts=org.lead)
    assert second.register_number.endswith("2号")
    address = reverse("agreements:classified-list")
    for who, seen in (
        ("staff", {entry}),
        ("foreign_head", {second}),
        ("stranger", set()),
        ("general_office", {entry, second}),
        ("secretariat", {entry, second}),
        ("inspector", {entry, second}),
    ):
        page = log_in(org.users[who]).get(address)
        assert set(page.context["page_obj"].object_list) == seen, who
    for who in ("mayor", "administrator", "legal", "system_admin"):
        assert log_in(org.users[who]).get(address).status_code == 403, who
    with pytest.raises(Refused):
        classified.enter(by=org.mayor, paper_number="8", whereabouts=org.lead)


# ---------------------------------------------------------------------- own ability, evidence, signer


@pytest.mark.article("§1.2")
def test_our_own_ability_is_asked_for_every_agreement(org: Organisation) -> None:
    agreement = make_agreement(org, at_station="preparation")
    agreement.own_ability.delete()
    assert gaps(agreement) == {"ability"}
    with pytest.raises(NotNow):
        drafting.begin(agreement, by=org.staff)
    for wrong in (Finding("可", "concern"), Finding("可", "perhaps")):
        with pytest.raises(BadInput):
            diligence.state_ability(agreement, wrong, by=org.staff)
    diligence.state_ability(agreement, Finding("预算未落实", "unsound", "财政意见"), by=org.staff)
    assert gaps(agreement) == {"ability"}
    diligence.state_ability(agreement, Finding("已落实", "sound"), by=org.staff)
    assert gaps(agreement) == {"ability"}
    diligence.state_ability(agreement, Finding("已落实", "sound"), by=org.staff, papers=[paper("预算批复.png")])
    assert gaps(agreement) == set()
    row = Agreement.objects.get(pk=agreement.pk).own_ability
    assert (row.assessed_by, row.signed_post, row.capacity) == (
        org.staff,
        rules.may_edit(org.staff, agreement).post,
        "self",
    )


@pytest.mark.article("§3.1")
def test_each_point_has_evidence_and_a_concern_its_answer(org: Organisation) -> None:
    agreement = make_agreement(org, at_station="drafting", party="某公司", party_kind="private_enterprise")
    party = agreement.parties.get()
    with pytest.raises(BadInput):
        diligence.assess(party, {"credit": ("有诉讼", "concern", "裁判文书")}, by=org.staff)
    diligence.assess(party, {"credit": ("有诉讼", "concern", "", "第七条设履约保证")}, by=org.staff)
    assert gaps(agreement) == {"diligence_credit"}
    diligence.assess(
        party,
        {"credit": ("有诉讼", "concern", "", "第七条设履约保证")},
        by=org.head,
        papers={"credit": [paper("裁判文书.png")]},
    )
    assert gaps(agreement) == set()
    row = party.due_diligence.get(point="credit")
    assert row.assessed_by == org.head
    assert row.signed_post
    page = log_in(org.staff).get(url(agreement, "diligence-show"))
    cells = page.context["lines"][0].cells
    assert [cell.light.kind for cell in cells] == ["ok", "ok", "warn", "ok"]
    assert [row.name for row in cells[2].papers] == ["裁判文书.png"]
    assert "第七条设履约保证" in page.content.decode()


def test_ability_is_entered_on_its_page(org: Organisation) -> None:
    agreement = make_agreement(org, at_station="preparation")
    client, address = log_in(org.staff), url(agreement, "ability-edit")
    sent = {"finding": "人员到位", "conclusion": "sound"}
    assert client.post(address, sent).status_code == 400
    assert client.post(address, {**sent, "papers": [paper("编制.png"), paper("预算.png")]}).status_code == 302
    assert client.post(address, sent).status_code == 302
    assert agreement.attachments.filter(subject_key="ability").count() == 2
    risk = {"level": "low", "argument": "可控", "papers": [paper("论证报告.png")]}
    assert client.post(url(agreement, "risk-edit"), risk).status_code == 302
    assert agreement.attachments.get(subject_key="risk").kind == Attachment.Kind.DILIGENCE


# ---------------------------------------------------------------------- term and amounts


@pytest.mark.article("§4.3")
def test_a_term_that_has_ended_is_refused_and_judged_by_the_legal_day(org: Organisation) -> None:
    today = clock.today()
    agreement = make_agreement(org, term_kind="until_date", term_years=None, expires_on=today + timedelta(days=1))
    write_text(agreement, by=org.staff)
    consult_units(agreement, org, by=org.staff)
    agreement.expires_on = today
    agreement.save()
    assert gaps(agreement) == {"term_ended"}
    with pytest.raises(NotNow) as refusal:
        drafting.submit(agreement, by=org.head)
    assert [gap.code for gap in refusal.value.gaps] == ["term_ended"]
    drafting.submit(agreement, by=org.head, on=today - timedelta(days=1))


@pytest.mark.parametrize(
    ("typed", "unit", "amount"),
    [
        ("500", "wan", 5_000_000),
        ("500", "yuan", 500),
        ("500", "", 500),
        ("1.2亿", "wan", 120_000_000),
        ("３００万元", "wan", 3_000_000),
        ("5000000元", "wan", 5_000_000),
    ],
)
def test_an_amount_is_typed_in_yuan_or_in_ten_thousand(org: Organisation, typed: str, unit: str, amount: int) -> None:
    agreement = make_agreement(org, at_station="preparation")
    sent = {"title": "甲", "document_type": "agreement", "amount_kind": "exact", "amount_unit": unit}
    form = FactsForm({**sent, "amount_low": typed}, agreement=agreement, units=[])
    assert form.is_valid(), form.errors
    assert form.facts()["amount_low"] == Decimal(amount)
    too_large = FactsForm({**sent, "amount_low": "9" * 15, "amount_unit": "wan"}, agreement=agreement, units=[])
    assert "amount_low" in too_large.errors


def test_amounts_stand_beside_their_capitals_and_come_back_as_they_are(org: Organisation) -> None:
    agreement = make_agreement(
        org,
        at_station="preparation",
        amount_kind="range",
        amount_low=Decimal(1_000_000),
        amount_high=Decimal(2_500_000),
    )
    client = log_in(org.staff)
    with translation.override("zh-hans"):
        page = client.get(url(agreement, "preparation-edit"))
    shown = page.content.decode()
    assert "壹佰万元整" in shown
    form = page.context["form"]
    assert (form["amount_unit"].value(), form["amount_low"].value()) == ("wan", "100")
    assert "贰佰伍拾万元整" in client.get(agreement.get_absolute_url()).content.decode()
    agreement.amount_low = Decimal("1000000.01")
    agreement.save()
    assert FactsForm.stored(agreement)["amount_unit"] == "yuan"
