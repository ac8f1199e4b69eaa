"""The pages of an agreement: who may open them, when, and that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Unit
from accounts.posts import post_in
from agreements.models import Agreement, Consultation, Opinion
from agreements.services import access, calendar, consulting, drafting, preparation, standing
from core import clock
from records.models import Event
from tests.factories import Organisation, consult_units, make_agreement, make_user, write_text

Open = Callable[..., Client]
NONSENSE = {
    "nul": "\x00",
    "huge": "9" * 5000,
    "exponent": "1E+400",
    "underscore": "1_000",
    "superscript": "²",
    "broken bytes": "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "quote": "'",
    "tag": "<b>",
}


@pytest.fixture
def as_user(org: Organisation) -> Open:
    def log_in(username: str) -> Client:
        client = Client(raise_request_exception=True)
        client.force_login(org.users[username])
        return client

    return log_in


def token(client: Client, url: str) -> str:
    return client.get(url).context["submission_token"]


def url(agreement: Agreement, name: str, *args: object) -> str:
    return reverse(f"agreements:{name}", args=[agreement.public_id, *args])


def consulted_round(agreement: Agreement, org: Organisation, *codes: str) -> Consultation:
    units = [org.units[code] for code in codes or ("finance",)]
    return consulting.send(agreement, units, by=org.staff, due_on=clock.today() + timedelta(days=7))


# ---------------------------------------------------------------------- who may, and when


@pytest.fixture
def case(org: Organisation) -> Agreement:
    agreement = make_agreement(org, party="某公司", party_kind="private_enterprise")
    write_text(agreement, by=org.staff)
    return agreement


def pages_of(agreement: Agreement, org: Organisation) -> dict[str, str]:
    """Return an address of every page of the lead unit on a case in drafting with a round of opinions."""
    round_ = consulted_round(agreement, org)
    return {
        "preparation-edit": url(agreement, "preparation-edit"),
        "parties-edit": url(agreement, "parties-edit"),
        "diligence-edit": url(agreement, "diligence-edit", agreement.parties.get().public_id),
        "risk-edit": url(agreement, "risk-edit"),
        "text-edit": url(agreement, "text-edit"),
        "consultation-new": url(agreement, "consultation-new"),
        "consultation-detail": url(agreement, "consultation-detail", round_.public_id),
        "consultation-latest": url(agreement, "consultation-latest"),
        "text-show": url(agreement, "text-show", round_.text.public_id),
        "opinion-give": url(agreement, "opinion-give", round_.consulted.get().public_id),
        "verb-act": url(agreement, "verb-act", "hand_to_head"),
        "agreement-detail": url(agreement, "agreement-detail"),
    }


READ = {"agreement-detail", "consultation-detail", "consultation-latest", "text-show"}


def test_a_stranger_finds_nothing_and_an_insider_reads_but_does_not_write(org, case, as_user: Open) -> None:
    addresses = pages_of(case, org)
    stranger, insider = as_user("stranger"), as_user("consulted")
    for name, address in addresses.items():
        assert stranger.get(address).status_code == 404, name
        expected = {200, 302} if name in READ | {"opinion-give"} else {403}
        answer = insider.get(address)
        assert answer.status_code in expected, name
        if answer.status_code == 403:
            assert "§" in answer.content.decode()


def test_the_lead_unit_opens_every_page(org, case, as_user: Open) -> None:
    client = as_user("staff")
    for name, address in pages_of(case, org).items():
        status = client.get(address).status_code
        assert status == (403 if name == "opinion-give" else 302 if name == "consultation-latest" else 200), name


def test_whoever_is_not_logged_in_is_sent_to_log_in(org, case) -> None:
    for address in (*pages_of(case, org).values(), reverse("agreements:agreement-new")):
        answer = Client().get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("accounts:login"))


@pytest.mark.article("§3.3")
def test_after_submission_the_pages_of_writing_say_that_it_is_too_late(org, as_user: Open) -> None:
    agreement = make_agreement(org, at_station="legal_review", party="某公司", party_kind="private_enterprise")
    client = as_user("head")
    for name in ("preparation-edit", "parties-edit", "risk-edit", "text-edit", "consultation-new"):
        assert client.get(url(agreement, name)).status_code == 409, name
    assert client.get(url(agreement, "diligence-edit", agreement.parties.get().public_id)).status_code == 409
    for code in ("begin_drafting", "submit_for_review", "propose_terminate"):
        assert client.get(url(agreement, "verb-act", code)).status_code == 409, code
    assert client.get(url(agreement, "verb-act", "no_such_verb")).status_code == 404
    assert client.post(url(agreement, "text-save"), {}).status_code == 409


@pytest.mark.article("§2")
def test_the_chooser_says_which_categories_are_not_one_s_own_and_why(org, as_user: Open) -> None:
    page = as_user("staff").get(reverse("agreements:agreement-new"))
    refused = {category.code: refusal for category, _edition, refusal in page.context["choices"]}
    assert len(refused) == 7
    assert refused["sister_province"] is None
    assert refused["sister_city"].article == "§2.5"
    assert str(refused["sister_city"].reason) in page.content.decode()
    assert as_user("staff").get(reverse("agreements:agreement-create", args=["sister_city"])).status_code == 403
    assert as_user("staff").get(reverse("agreements:agreement-create", args=["nothing"])).status_code == 404
    assert as_user("mayor").get(reverse("agreements:agreement-new")).status_code == 403


# ---------------------------------------------------------------------- filing


CREATE = {"title": "津长合作协议", "document_type": "agreement", "origin": "proposal", "classification": "open"}


def test_a_form_sent_twice_files_one_agreement(as_user: Open) -> None:
    client = as_user("staff")
    address = reverse("agreements:agreement-create", args=["sister_province"])
    sent = {**CREATE, "submission_token": token(client, address)}
    first, second = client.post(address, sent), client.post(address, sent)
    assert first["Location"] == second["Location"]
    assert Agreement.objects.count() == 1


def test_what_was_typed_stays_when_something_is_wrong(as_user: Open) -> None:
    client = as_user("staff")
    address = reverse("agreements:agreement-create", args=["sister_province"])
    answer = client.post(address, {**CREATE, "origin": "", "submission_token": token(client, address)})
    assert answer.status_code == 400
    assert "津长合作协议" in answer.content.decode()
    assert "errors" in answer.content.decode()


def test_classified_material_is_not_filed(as_user: Open) -> None:
    client = as_user("staff")
    address = reverse("agreements:agreement-create", args=["sister_province"])
    sent = {**CREATE, "classification": "classified", "submission_token": token(client, address)}
    assert client.post(address, sent)["Location"] == reverse("agreements:classified-new")
    assert not Agreement.objects.exists()


def test_a_form_without_its_token_files_nothing(as_user: Open) -> None:
    address = reverse("agreements:agreement-create", args=["sister_province"])
    assert as_user("staff").post(address, CREATE).status_code == 400
    assert not Agreement.objects.exists()


# ---------------------------------------------------------------------- preparation


FACTS = {
    "title": "改定的名称",
    "document_type": "memorandum",
    "fields_of_cooperation": ["trade", "science"],
    "natures": ["framework"],
    "term_kind": "until_date",
    "expires_on": "2028-12-31",
    "amount_kind": "range",
    "amount_low": "５００万元",
    "amount_high": "1.2亿",
    "seal_due": "on",
}


def test_the_facts_are_entered_as_typed(org, as_user: Open) -> None:
    agreement = make_agreement(org, at_station="preparation")
    unit = org.units["finance"]
    sent = {**FACTS, "supporting_units": [str(unit.pk)]}
    assert as_user("staff").post(url(agreement, "preparation-edit"), sent).status_code == 302
    agreement = Agreement.objects.get(pk=agreement.pk)
    assert (agreement.title, agreement.expires_on) == ("改定的名称", date(2028, 12, 31))
    assert (agreement.amount_low, agreement.amount_high) == (Decimal(5_000_000), Decimal(120_000_000))
    assert [row.unit for row in agreement.supporting_units.all()] == [unit]
    assert as_user("consulted").get(agreement.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"expires_on": ""}, "expires_on"),
        ({"expires_on": "2020-01-01"}, "expires_on"),
        ({"term_kind": "years", "term_years": ""}, "term_years"),
        ({"term_kind": "years", "term_years": "0"}, "term_years"),
        ({"amount_high": "1万元"}, "amount_high"),
        ({"amount_low": ""}, "amount_low"),
        ({"natures": ["nothing"]}, "natures"),
        ({"supporting_units": ["0"]}, "supporting_units"),
        ({"title": "字" * 201}, "title"),
    ],
)
def test_a_wrong_fact_is_named_at_its_field(org, as_user: Open, wrong: dict, field: str) -> None:
    agreement = make_agreement(org, at_station="preparation")
    answer = as_user("staff").post(url(agreement, "preparation-edit"), {**FACTS, **wrong})
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    agreement.refresh_from_db()
    assert agreement.title != "改定的名称"


def parties(*names: str, kind: str = "state_organ") -> dict[str, str]:
    sent = {"party-TOTAL_FORMS": str(len(names)), "party-INITIAL_FORMS": "0"}
    for place, name in enumerate(names):
        sent |= {f"party-{place}-name": name, f"party-{place}-kind": kind if name else ""}
    return sent


def test_parties_are_entered_and_blank_rows_are_passed_over(org, as_user: Open) -> None:
    agreement = make_agreement(org, at_station="preparation")
    client = as_user("staff")
    assert client.post(url(agreement, "parties-edit"), parties("甲市", "", "乙市")).status_code == 302
    assert [str(party) for party in agreement.parties.all()] == ["甲市", "乙市"]
    removed = {**parties("甲市", "乙市"), "party-0-DELETE": "on"}
    assert client.post(url(agreement, "parties-edit"), removed).status_code == 302
    assert [str(party) for party in agreement.parties.all()] == ["乙市"]


def test_what_the_service_refuses_stands_above_the_typed_rows(org, as_user: Open) -> None:
    agreement = make_agreement(org, at_station="preparation")
    for wrong in (parties(*(f"第{n}方" for n in range(12))), parties("甲市", "甲市"), parties("")):
        answer = as_user("staff").post(url(agreement, "parties-edit"), wrong)
        assert answer.status_code == 400
        assert answer.context["form"].non_field_errors()
    answer = as_user("staff").post(url(agreement, "parties-edit"), {**parties("甲市"), "party-0-kind": ""})
    assert answer.status_code == 400
    assert "甲市" in answer.content.decode()


def test_due_diligence_and_risk_are_recorded(org, as_user: Open) -> None:
    agreement = make_agreement(org, at_station="preparation", party="某公司", party_kind="private_enterprise")
    party = agreement.parties.get()
    client = as_user("staff")
    sent: dict[str, str] = {}
    for point in ("standing", "assets", "credit", "ability"):
        sent |= {f"{point}_finding": "查询企业信用公示系统", f"{point}_conclusion": "concern"}
        sent |= {f"{point}_evidence": "查询记录", f"{point}_answer": "第六条设履约保证"}
    address = url(agreement, "diligence-edit", party.public_id)
    for missing in ("assets_finding", "assets_evidence", "assets_answer"):
        assert client.post(address, {**sent, missing: ""}).status_code == 400
    assert client.post(address, sent).status_code == 302
    assert set(party.due_diligence.values_list("conclusion", flat=True)) == {"concern"}
    risk = {"level": "high", "argument": "资金缺口", "measures": "分期拨付"}
    assert client.post(url(agreement, "risk-edit"), risk).status_code == 302
    agreement = Agreement.objects.get(pk=agreement.pk)
    assert agreement.risk_argument.level == "high"


def test_due_diligence_of_an_exempt_party_is_not_asked(org, as_user: Open) -> None:
    agreement = make_agreement(org, at_station="preparation")
    address = url(agreement, "diligence-edit", agreement.parties.get().public_id)
    assert as_user("staff").get(address).status_code == 409


# ---------------------------------------------------------------------- opinions


def test_a_round_is_sent_once_however_often_the_button_is_pressed(org, case, as_user: Open) -> None:
    client = as_user("staff")
    address = url(case, "consultation-new")
    sent = {
        "units": [str(org.units["finance"].pk), str(org.units["heping"].pk)],
        "due_on": (clock.today() + timedelta(days=7)).isoformat(),
        "submission_token": token(client, address),
    }
    first, second = client.post(address, sent), client.post(address, sent)
    assert first["Location"] == second["Location"]
    assert case.consultations.get().consulted.count() == 2
    lead = {**sent, "units": [str(org.lead.pk)], "submission_token": token(client, address)}
    assert client.post(address, lead).status_code == 400


def typed_points(*words: str, **more: str) -> dict[str, str]:
    """Return the points of an opinion as the form sends them."""
    sent = {"point-TOTAL_FORMS": str(len(words)), "point-INITIAL_FORMS": "0"}
    return sent | {f"point-{place}-body": word for place, word in enumerate(words)} | more


def test_an_opinion_is_given_once_and_answered(org, case, as_user: Open) -> None:
    consulted = consulted_round(case, org).consulted.get()
    client, address = as_user("consulted"), url(case, "opinion-give", consulted.public_id)
    sent = {"stance": "objection", "submission_token": token(client, address), **typed_points("")}
    assert client.post(address, sent).status_code == 400
    sent |= typed_points("第三条补充资金渠道")
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code == 302
    assert client.get(address).status_code == 409
    point = Opinion.objects.get(consulted=consulted).points.get()
    answer_url = url(case, "opinion-answer", point.public_id)
    lead = as_user("staff")
    typed = {f"{point.public_id}-adoption": "not_adopted", f"{point.public_id}-reason": ""}
    refused = lead.post(answer_url, typed)
    assert refused.status_code == 400
    assert "第三条补充资金渠道" in refused.content.decode()
    assert lead.post(answer_url, {**typed, f"{point.public_id}-reason": "已有安排"}).status_code == 302
    assert lead.post(answer_url, {**typed, f"{point.public_id}-reason": "再答"}).status_code == 409
    assert client.post(answer_url, typed).status_code == 403
    assert as_user("stranger").post(answer_url, typed).status_code == 404


def test_an_opinion_of_another_agreement_is_not_found_here(org, case, as_user: Open) -> None:
    consulted = consulted_round(case, org).consulted.get()
    other = make_agreement(org, title="另一份")
    assert as_user("staff").get(url(other, "opinion-give", consulted.public_id)).status_code == 404
    assert as_user("staff").get(url(other, "consultation-latest")).status_code == 404
    assert as_user("staff").get(url(other, "text-show", case.texts.first().public_id)).status_code == 404


# ---------------------------------------------------------------------- verbs


def test_a_verb_shows_its_gaps_and_waits(org, as_user: Open) -> None:
    agreement = preparation.file(
        org.category("sister_province"), by=org.staff, title="甲", document_type="agreement", origin="proposal"
    )
    client, address = as_user("staff"), url(agreement, "verb-act", "begin_drafting")
    page = client.get(address)
    assert len(page.context["gaps"]) == 5
    assert 'aria-disabled="true"' in page.content.decode()
    answer = client.post(address, {"submission_token": page.context["submission_token"]})
    assert answer.status_code == 409
    assert len(answer.context["gaps"]) == 5
    agreement.refresh_from_db()
    assert agreement.station == "preparation"


def test_a_verb_pressed_twice_is_done_once(org, case, as_user: Open) -> None:
    consult_units(case, org, by=org.staff)
    client, address = as_user("head"), url(case, "verb-act", "submit_for_review")
    sent = {"comment": "请审", "submission_token": token(client, address)}
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code == 302
    assert Event.objects.filter(chain=case.chain, code="submit_for_review").count() == 1
    recall = url(case, "verb-act", "recall")
    mark = token(client, recall)
    assert client.post(recall, {"comment": "", "submission_token": mark}).status_code == 400
    assert client.post(recall, {"comment": "补充附件", "submission_token": mark}).status_code == 302


@pytest.mark.article("§4.3")
def test_a_proposal_is_made_and_decided_on_the_common_form(org, case, as_user: Open) -> None:
    head, mayor = as_user("head"), as_user("mayor")
    address = url(case, "verb-act", "propose_suspend")
    sent = {"comment": "对方机构改革", "submission_token": token(head, address)}
    assert as_user("staff").get(address).status_code == 403
    assert head.post(address, sent).status_code == 302
    assert head.get(address).status_code == 409
    decide = url(case, "verb-act", "decide_standing")
    page = mayor.get(decide)
    assert "对方机构改革" in page.content.decode()
    shown = str(page.context["form"]["proposal"].value())
    assert f'value="{shown}"' in page.content.decode()
    declined = {"accepted": "no", "proposal": shown, "submission_token": page.context["submission_token"]}
    assert mayor.post(decide, declined).status_code == 400
    assert mayor.post(decide, {**declined, "accepted": "yes"}).status_code == 302
    case.refresh_from_db()
    assert case.standing == "suspended"
    assert mayor.get(decide).status_code == 409
    standing.propose(case, "resume", by=org.head, reason="改革完成")
    stale = {"accepted": "yes", "proposal": shown, "submission_token": "a" * 20}
    assert mayor.post(decide, stale).status_code == 409
    case.refresh_from_db()
    assert case.standing == "suspended"
    assert head.get(case.get_absolute_url()).context["light"].kind == "none"


# ---------------------------------------------------------------------- the page itself


def test_the_next_step_is_one_verb_with_its_gaps_or_says_with_whom_it_lies(org, case, as_user: Open) -> None:
    officer = as_user("staff").get(case.get_absolute_url()).context["next"]
    assert (officer.verb_label, officer.enabled) == ("征求意见", True) or officer.url == url(case, "consultation-new")
    round_ = consulted_round(case, org)
    officer = as_user("staff").get(case.get_absolute_url()).context["next"]
    assert officer.url == url(case, "verb-act", "hand_to_head")
    assert [gap.code for gap in officer.gaps] == ["consultation_open"]
    assert not officer.enabled
    head = as_user("head").get(case.get_absolute_url()).context["next"]
    assert head.url == url(case, "verb-act", "submit_for_review")
    asked = as_user("consulted").get(case.get_absolute_url()).context["next"]
    assert asked.url == url(case, "opinion-give", round_.consulted.get().public_id)
    assert asked.enabled
    assert "周岚" in asked.who_text


def test_other_people_s_verbs_are_never_shown(org, case, as_user: Open) -> None:
    consulted_round(case, org)
    step = as_user("consulted").get(case.get_absolute_url()).context["next"]
    assert [link.url for link in step.secondary] == []


def test_the_bar_tells_where_the_case_is_and_a_return_is_not_counted_as_done(org, case, as_user: Open) -> None:
    consult_units(case, org, by=org.staff)
    drafting.submit(case, by=org.head)
    client = as_user("head")

    def bar() -> list[str]:
        return [station.state for station in client.get(case.get_absolute_url()).context["stations"]]

    assert bar() == ["done", "done", "now", *["todo"] * 5]
    drafting.recall(case, by=org.head, reason="补充")
    assert bar() == ["done", "now", *["todo"] * 6]


def test_tabs_are_hidden_while_empty_and_load_when_opened(org, as_user: Open) -> None:
    agreement = make_agreement(org, at_station="preparation")
    client = as_user("staff")
    labels = {tab.url.rpartition("=")[2] for tab in client.get(agreement.get_absolute_url()).context["tabs"]}
    assert "trail" in labels
    assert not labels & {"text", "opinions"}
    assert "files" in labels, "who may file papers finds where, before there is one"
    access.grant(agreement, "told", user=org.users["inspector"])
    shown = as_user("inspector").get(agreement.get_absolute_url()).context["tabs"]
    assert not any(tab.url.endswith("files") for tab in shown)
    for code in ("trail", "text", "opinions", "files"):
        assert client.get(f"{agreement.get_absolute_url()}?tab={code}").status_code == 200
    assert client.get(f"{agreement.get_absolute_url()}?tab=nothing").status_code == 404


def test_every_event_of_the_trail_is_worded(org, case, as_user: Open) -> None:
    consult_units(case, org, by=org.staff)
    drafting.submit(case, by=org.head)
    standing.propose(case, "suspend", by=org.head, reason="暂停")
    standing.decide(case, by=org.mayor, accepted=False, opinion="继续")
    page = as_user("staff").get(f"{case.get_absolute_url()}?tab=trail")
    codes = set(Event.objects.filter(chain=case.chain).values_list("code", flat=True))
    assert not codes & {line.did for line in page.context["events"]}
    assert len(page.context["events"]) == Event.objects.filter(chain=case.chain).count()


def test_the_page_asks_the_same_number_of_queries_for_one_and_for_three_rows(
    org, case, as_user: Open, monkeypatch
) -> None:
    monkeypatch.setattr(calendar, "_RECHECK_SECONDS", 600.0)
    client = as_user("staff")
    counts = []
    for extra in (1, 3):
        agreement = make_agreement(org, title=f"件{extra}", at_station="preparation")
        for number in range(extra):
            unit = Unit.objects.create(
                authority=org.authority, code=f"u{extra}{number}", kind="department", name_zh=f"单位{extra}{number}"
            )
            make_user(f"officer{extra}{number}", "经办", post_in(unit, "officer"))
        preparation.name_parties(
            agreement,
            [preparation.PartyContent(f"第{n}方", "state_organ") for n in range(extra)],
            by=org.staff,
        )
        preparation.explain_overlap(agreement, "另订协议。", by=org.staff)
        drafting.begin(agreement, by=org.staff)
        write_text(agreement, by=org.staff)
        units = list(Unit.objects.filter(code__startswith=f"u{extra}"))
        consulting.send(agreement, units, by=org.staff, due_on=clock.today() + timedelta(days=7))
        for tab in ("", "?tab=text", "?tab=opinions", "?tab=trail"):
            client.get(agreement.get_absolute_url() + tab)
        counts.append(
            [_queries(client, agreement.get_absolute_url() + tab) for tab in ("", "?tab=text", "?tab=opinions")]
        )
        counts[-1].append(_queries(client, url(agreement, "text-edit")))
        counts[-1].append(_queries(client, url(agreement, "parties-edit")))
        counts[-1].append(_queries(client, url(agreement, "diligence-show")))
        counts[-1].append(
            _queries(client, url(agreement, "consultation-detail", agreement.consultations.get().public_id))
        )
    assert counts[0] == counts[1]


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


# ---------------------------------------------------------------------- bad input


@pytest.mark.parametrize("nonsense", NONSENSE.values(), ids=NONSENSE)
def test_nonsense_is_answered_in_words_and_never_breaks_a_page(org, case, as_user: Open, nonsense: str) -> None:
    round_ = consulted_round(case, org)
    staff = as_user("staff")
    posts = {
        reverse("agreements:agreement-create", args=["sister_province"]): [*CREATE, "origin_note"],
        url(case, "preparation-edit"): [*FACTS, "term_years", "supporting_units"],
        url(case, "parties-edit"): ["party-TOTAL_FORMS", "party-INITIAL_FORMS", "party-0-name", "party-0-kind"],
        url(case, "diligence-edit", case.parties.get().public_id): ["standing_finding", "standing_conclusion"],
        url(case, "risk-edit"): ["level", "argument", "measures"],
        url(case, "ability-edit"): ["finding", "evidence", "conclusion", "answer"],
        url(case, "origin-edit"): ["origin", "origin_note"],
        url(case, "relations-edit"): ["reason"],
        url(case, "link-make"): ["other", "kind"],
        url(case, "consultation-new"): ["units", "workdays", "due_on", "about", "note"],
        url(case, "letter-new"): ["sender", "dated_on", "received_on", "consultation", "scan", "point-TOTAL_FORMS"],
        url(case, "deliberation-new"): ["kind", "text", "held_on", "conclusion", "participant-TOTAL_FORMS"],
        url(case, "verb-act", "hand_to_head"): ["comment"],
        url(case, "text-edit"): ["version"],
        url(case, "text-save"): ["version"],
    }
    for address, names in posts.items():
        sent = dict.fromkeys([*names, "submission_token"], nonsense)
        assert staff.post(address, sent).status_code in (302, 400, 404, 409, 422), address
    address = url(case, "opinion-give", round_.consulted.get().public_id)
    names = ["stance", "remark", "point-TOTAL_FORMS", "point-0-lineage", "point-0-body", "submission_token"]
    sent = dict.fromkeys(names, nonsense)
    assert as_user("consulted").post(address, sent).status_code == 400
    if "\x00" not in nonsense and len(nonsense) < 100:
        assert staff.get(case.get_absolute_url(), {"tab": nonsense}).status_code == 404
