"""The drafting workbench: it saves itself, tells writers of each other, and loses nothing typed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agreements.models import Agreement, Clause, SetAside, Target
from agreements.services import drafting, texts
from agreements.services.texts import ClauseContent
from tests.factories import Organisation, make_agreement, write_text


@pytest.fixture
def case(org: Organisation) -> Agreement:
    return make_agreement(org)


@pytest.fixture
def staff(org: Organisation, client: Client) -> Client:
    client.force_login(org.staff)
    return client


def address(agreement: Agreement, name: str = "text-save") -> str:
    return reverse(f"agreements:{name}", args=[agreement.public_id])


def typed(client: Client, agreement: Agreement, **changes: str) -> dict[str, str]:
    """Return what the browser would send from the page as it is shown, with some fields changed."""
    page = client.get(address(agreement, "text-edit"))
    sent: dict[str, str] = {"version": str(page.context["text"].edition)}
    forms = [section.form for section in page.context["sections"]]
    for section in page.context["sections"]:
        for sheet in section.sheets:
            management = sheet.formset.management_form
            sent |= {management.add_prefix(name): str(management[name].value()) for name in management.fields}
            forms += sheet.formset.forms
    for form in forms:
        for name in form.fields:
            field = form[name]
            value = field.field.prepare_value(field.value())
            if name != "DELETE":
                sent[field.html_name] = "" if value is None else str(value)
    return {**sent, **changes}


def working(agreement: Agreement) -> Any:
    return texts.working(agreement)


def clause_with(agreement: Agreement, part: str) -> Clause:
    offering = {clause["code"] for clause in agreement.edition.clauses if part in clause["parts"]}
    return working(agreement).clauses.filter(code__in=offering).first()


def target(clause: Clause, place: int = 0, **facts: str) -> dict[str, str]:
    return {f"{clause.lineage}-target-{place}-{name}": value for name, value in facts.items()}


def test_the_page_shows_what_the_article_asks_of_each_clause(org: Organisation, case: Agreement, staff: Client) -> None:
    page = staff.get(address(case, "text-edit"))
    content = page.content.decode()
    for clause in case.edition.clauses:
        assert clause["heading"]["zh"] in content
        assert clause["asks"]["zh"] in content


def test_a_draft_saves_itself_and_says_what_is_still_missing(case: Agreement, staff: Client) -> None:
    clause = working(case).clauses.first()
    before = len(staff.get(address(case, "text-edit")).context["gaps"])
    answer = staff.post(address(case), typed(staff, case, **{f"{clause.lineage}-prose": "双方共同推进。"}))
    assert answer.status_code == 200
    body = answer.json()
    assert {"version", "saved_at", "gaps_html", "fields", "fragments"} <= set(body)
    assert body["version"] == 1
    assert len(staff.get(address(case, "text-edit")).context["gaps"]) == before - 1
    assert body["gaps_html"].count("<li>") == before - 1
    clause.refresh_from_db()
    assert clause.prose == "双方共同推进。"


def test_a_new_row_gets_its_mark_and_keeps_it(case: Agreement, staff: Client) -> None:
    clause = clause_with(case, "target")
    row = target(clause, indicator="互派干部", goal="２０", due_on="2027年12月31日")
    body = staff.post(address(case), typed(staff, case, **row)).json()
    (name, lineage), *_others = [item for item in body["fields"].items() if "-target-" in item[0]]
    assert Target.objects.get(clause=clause).lineage == lineage
    again = {**typed(staff, case), **target(clause, indicator="互派干部和教师", goal="20"), name: lineage}
    assert staff.post(address(case), again).status_code == 200
    part = Target.objects.get(clause=clause)
    assert (part.indicator, part.lineage) == ("互派干部和教师", lineage)


def test_a_page_saved_as_it_is_shown_changes_nothing(org: Organisation, case: Agreement, staff: Client) -> None:
    write_text(case, by=org.staff)
    before = texts.canonical(working(case))
    assert staff.post(address(case), typed(staff, case)).status_code == 200
    assert texts.canonical(working(case)) == before


def test_a_row_ticked_or_emptied_is_taken_away(org: Organisation, case: Agreement, staff: Client) -> None:
    write_text(case, by=org.staff)
    clause = clause_with(case, "target")
    assert Target.objects.filter(clause=clause).count() == 1
    assert staff.post(address(case), {**typed(staff, case), **target(clause, DELETE="on")}).status_code == 200
    assert not Target.objects.filter(clause=clause).exists()


def test_somebody_else_s_newer_text_is_not_overwritten(org: Organisation, case: Agreement, staff: Client) -> None:
    clause = working(case).clauses.first()
    mine = typed(staff, case, **{f"{clause.lineage}-prose": "我的文字"})
    drafting.write(case, [ClauseContent(clause.lineage, "同事的文字")], by=org.head, edition=0)
    answer = staff.post(address(case), mine)
    assert answer.status_code == 200
    assert answer.json()["set_aside"] == [clause.lineage]
    assert [row["by"] for row in answer.json()["newer"]] == ["许志远"]
    assert staff.post(address(case, "text-edit"), mine).status_code == 302
    assert SetAside.objects.count() == 1
    content = staff.get(address(case, "text-edit")).content.decode()
    assert "周岚" in content
    assert "<ins>我" in content
    assert "<del>同事" in content
    clause.refresh_from_db()
    assert clause.prose == "同事的文字"


@pytest.mark.parametrize(
    "wrong",
    [
        {"goal": "1_000"},
        {"goal": "1E+400"},
        {"goal": "二十"},
        {"due_on": "2027-02-30"},
        {"due_on": "0001-01-01"},
        {"unit": "999999"},
        {"unit": "市科技局"},
        {"indicator": "标\x00"},
        {"indicator": "标" * 201},
        {"measure": "家" * 31},
    ],
    ids=repr,
)
def test_a_cell_that_cannot_be_read_is_named_and_nothing_typed_is_lost(
    case: Agreement, staff: Client, wrong: dict[str, str]
) -> None:
    clause = clause_with(case, "target")
    sent = {
        **typed(staff, case),
        f"{clause.lineage}-prose": "长篇正文",
        **target(clause, indicator="互派干部"),
        **target(clause, 0, **wrong),
    }
    answer = staff.post(address(case), sent)
    assert answer.status_code == 422
    assert answer.json()["errors"]
    page = staff.post(address(case, "text-edit"), sent)
    assert page.status_code == 400
    content = page.content.decode()
    assert "长篇正文" in content
    assert 'class="errors"' in content
    assert working(case).edition == 0


def test_a_project_is_not_completed_before_it_starts(case: Agreement, staff: Client) -> None:
    clause = clause_with(case, "key_project")
    prefix = f"{clause.lineage}-key_project-0"
    row = {f"{prefix}-title": "示范园", f"{prefix}-starts_on": "2027-03-01", f"{prefix}-completes_on": "2026-12-01"}
    assert staff.post(address(case), {**typed(staff, case), **row}).status_code == 422


@pytest.mark.parametrize("broken", ["", "x", "-1", "99999999", "1_000"])
def test_a_sheet_whose_count_was_tampered_with_is_refused_or_read(case: Agreement, staff: Client, broken: str) -> None:
    clause = clause_with(case, "target")
    sent: dict[str, Any] = {**typed(staff, case), f"{clause.lineage}-target-TOTAL_FORMS": broken}
    assert staff.post(address(case), sent).status_code in (200, 422)
    assert staff.post(address(case, "text-edit"), sent).status_code in (302, 400, 409)


def test_the_save_without_scripts_leads_back_to_the_page(case: Agreement, staff: Client) -> None:
    answer = staff.post(address(case, "text-edit"), typed(staff, case))
    assert answer.status_code == 302
    assert answer["Location"] == address(case, "text-edit")


def test_autosave_is_a_post(case: Agreement, staff: Client) -> None:
    assert staff.get(address(case)).status_code == 405
