"""The drafting workbench: it saves itself, tells writers of each other, and loses nothing typed."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.forms import drawing, sheets
from agreements.forms.cells import UnitNames
from agreements.models import PART_MODELS, Agreement, Clause, SetAside, Target
from agreements.services import clauses, drafting, texts
from agreements.services.texts import ClauseContent
from core import clock
from core.templatetags import face
from tests import factories
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
    page = staff.get(address(case, "text-edit"))
    before, before_it = len(page.context["gaps"]), page.content.decode()
    answer = staff.post(address(case), typed(staff, case, **{f"{clause.lineage}-prose": "双方共同推进。"}))
    assert answer.status_code == 200
    body = answer.json()
    assert {"version", "saved_at", "gaps_html", "fields", "fragments"} <= set(body)
    assert body["version"] == 1
    assert len(staff.get(address(case, "text-edit")).context["gaps"]) == before - 1
    assert body["gaps_html"].count("<li>") == before - 1
    # The way to the opinions opens, and the sheets are counted, without the page being opened again.
    assert 'aria-disabled="true"' in before_it
    assert address(case, "consultation-new") in body["fragments"]["[data-send]"]
    assert body["fragments"][f'[data-count="{clause_with(case, "target").lineage}-target"]'] == "0"
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


# ---------------------------------------------------------------------- clause by clause


def only(sent: dict[str, str], *clauses: Clause) -> dict[str, str]:
    """Return what the browser sends of these clauses alone."""
    kept = tuple(f"{clause.lineage}-" for clause in clauses)
    return {name: value for name, value in sent.items() if name in ("version", "origin") or name.startswith(kept)}


def test_only_the_clauses_that_changed_are_sent_and_written(case: Agreement, staff: Client) -> None:
    one, two, *_rest = working(case).clauses.all()
    sent = typed(staff, case, **{f"{one.lineage}-prose": "甲", f"{two.lineage}-prose": "乙"})
    body = staff.post(address(case), only(sent, two)).json()
    assert [clause.prose for clause in working(case).clauses.all()[:2]] == ["", "乙"]
    assert body["fields"][f"{two.lineage}-edition"] == "1"
    assert f"{one.lineage}-edition" not in body["fields"]
    again = {**only(sent, two), f"{two.lineage}-prose": "乙改", **body["fields"], "version": str(body["version"])}
    assert staff.post(address(case), again).json()["set_aside"] == []


def test_a_mistake_in_one_clause_does_not_hold_up_another(case: Agreement, staff: Client) -> None:
    one = working(case).clauses.first()
    other = clause_with(case, "target")
    sent = typed(staff, case, **{f"{one.lineage}-prose": "甲"}, **target(other, indicator="指标", goal="二十"))
    answer = staff.post(address(case), sent)
    assert answer.status_code == 422
    (mistake,) = answer.json()["errors"]
    assert mistake["id"] == f"id_{other.lineage}-target-0-goal"
    one.refresh_from_db()
    assert one.prose == "甲"
    assert "is-late" in answer.json()["fragments"][f'[data-progress="{other.lineage}"]']
    assert not Target.objects.exists()


def test_without_scripts_a_colleague_s_other_clauses_stay_newer(
    org: Organisation, case: Agreement, staff: Client
) -> None:
    one, two, *_rest = working(case).clauses.all()
    mine = typed(staff, case, **{f"{one.lineage}-prose": "甲"})
    drafting.write(case, [ClauseContent(two.lineage, "乙")], by=org.head, edition=0)
    assert staff.post(address(case, "text-edit"), mine).status_code == 302
    assert [clause.prose for clause in working(case).clauses.all()[:2]] == ["甲", "乙"]
    assert not SetAside.objects.exists()


def test_the_origin_changes_only_where_it_was_changed(org: Organisation, case: Agreement, staff: Client) -> None:
    stale = typed(staff, case)
    sent = {"version": "0", "initial-origin": "ours", "origin": "joint"}
    assert staff.post(address(case), sent).status_code == 200
    assert working(case).origin == "joint"
    assert staff.post(address(case), {**stale, "initial-origin": "ours"}).status_code == 200
    assert working(case).origin == "joint"
    assert staff.post(address(case), {**sent, "origin": "nobody"}).status_code == 400


def test_a_beat_tells_who_is_here_and_what_is_newer(org: Organisation, case: Agreement, staff: Client) -> None:
    clause = working(case).clauses.first()
    colleague = Client()
    colleague.force_login(org.head)
    colleague.post(address(case, "text-present"), {"version": "0", "here": clause.lineage})
    drafting.write(case, [ClauseContent(clause.lineage, "同事的文字")], by=org.head, edition=0)
    body = staff.post(address(case, "text-present"), {"version": "0"}).json()
    assert body["here"] == {clause.lineage: "许志远"}
    assert body["newer"] == [{"lineage": clause.lineage, "edition": 1, "by": "许志远"}]
    assert "许志远" in body["fragments"]["[data-present]"]
    assert "许志远" in staff.get(address(case, "text-edit")).content.decode()
    colleague.post(address(case, "text-present"), {"leave": "yes"})
    assert staff.post(address(case, "text-present"), {"version": "1"}).json()["here"] == {}
    drawn = staff.get(reverse("agreements:text-clause", args=[case.public_id, clause.lineage]))
    assert "同事的文字" in drawn.content.decode()


def test_a_beat_does_not_count_as_use_of_the_session_and_a_save_does(case: Agreement, staff: Client) -> None:
    session = staff.session
    session["seen_at"] = a_minute_ago = int(clock.now().timestamp()) - 60
    session.save()
    assert staff.post(address(case, "text-present"), {"version": "0"}).status_code == 200
    assert staff.session["seen_at"] == a_minute_ago
    assert staff.post(address(case), {"version": "0"}).status_code == 200
    assert staff.session["seen_at"] > a_minute_ago


def test_a_clause_is_added_on_the_page_and_its_heading_can_be_mended(case: Agreement, staff: Client) -> None:
    first = working(case).clauses.first()
    form = {"heading": "数据安全", "reason": "涉及公共数据", "after": first.lineage}
    answer = staff.post(reverse("agreements:clause-add", args=[case.public_id]), form)
    added = working(case).clauses.get(code="")
    assert answer["Location"].endswith(f"#clause-{added.lineage}")
    change = {f"{added.lineage}-heading": "数据安全与保密", f"{added.lineage}-prose": "依法使用数据。"}
    assert staff.post(address(case), typed(staff, case, **change)).status_code == 200
    added.refresh_from_db()
    assert (added.heading, added.prose, added.added_reason) == ("数据安全与保密", "依法使用数据。", "涉及公共数据")
    route = reverse("agreements:clause-change", args=[case.public_id, added.lineage])
    assert staff.post(route, {"choice": "up"}).status_code == 302
    assert staff.post(route, {"choice": "sideways"}).status_code == 400
    assert staff.post(route, {"choice": "remove"}).status_code == 302
    assert not working(case).clauses.filter(code="").exists()


@pytest.mark.parametrize("wrong", [{}, {"heading": "x" * 121, "reason": "y"}, {"heading": "标\x00题", "reason": "y"}])
def test_a_clause_that_cannot_be_added_keeps_what_was_typed(
    case: Agreement, staff: Client, wrong: dict[str, str]
) -> None:
    answer = staff.post(reverse("agreements:clause-add", args=[case.public_id]), wrong)
    assert answer.status_code == 400
    assert 'class="errors"' in answer.content.decode()
    assert not working(case).clauses.filter(code="").exists()


def test_words_set_aside_are_settled_on_the_page(org: Organisation, case: Agreement, staff: Client) -> None:
    clause = working(case).clauses.first()
    drafting.write(case, [ClauseContent(clause.lineage, "甲")], by=org.head, edition=0)
    (row,) = drafting.write(case, [ClauseContent(clause.lineage, "乙")], by=org.staff, edition=0).set_aside
    route = reverse("agreements:text-aside", args=[case.public_id, row.public_id])
    assert staff.post(route, {"choice": "burn"}).status_code == 400
    assert staff.post(route, {"choice": "take"}).status_code == 302
    assert staff.post(route, {"choice": "discard"}).status_code == 409
    clause.refresh_from_db()
    assert clause.prose == "乙"


# ---------------------------------------------------------------------- long texts, bad input


def test_too_many_rows_are_named_at_their_sheet(case: Agreement, staff: Client) -> None:
    clause = clause_with(case, "target")
    rows = {name: value for n in range(201) for name, value in target(clause, n, indicator=f"指标{n}").items()}
    sent = {**typed(staff, case), **rows, f"{clause.lineage}-target-TOTAL_FORMS": "201"}
    answer = staff.post(address(case), sent)
    assert answer.status_code == 422
    assert any(f"{clause.lineage}-target-rows" == error["id"] for error in answer.json()["errors"])
    assert "200" in answer.json()["message"]


@pytest.mark.parametrize("words", ["🐉" * 50, "\u202e右至左\u200f", "<script>alert(1)</script>", "{{ 7*7 }}"])
def test_strange_words_are_kept_as_words(case: Agreement, staff: Client, words: str) -> None:
    clause = working(case).clauses.first()
    assert staff.post(address(case), typed(staff, case, **{f"{clause.lineage}-prose": words})).status_code == 200
    clause.refresh_from_db()
    assert clause.prose == words
    assert "<script>alert" not in staff.get(address(case, "text-edit")).content.decode()


@pytest.mark.parametrize("name", ["edition", "base"])
@pytest.mark.parametrize("broken", ["", "x", "-1", "9" * 60, "\x00"])
def test_a_tampered_mark_is_no_fault_of_ours(case: Agreement, staff: Client, name: str, broken: str) -> None:
    clause = working(case).clauses.first()
    sent = typed(staff, case, **{f"{clause.lineage}-{name}": broken, f"{clause.lineage}-prose": "甲"})
    assert staff.post(address(case), sent).status_code in (200, 422)
    assert staff.post(address(case, "text-edit"), sent).status_code in (302, 400)


def test_page_and_save_ask_as_often_for_sixty_clauses_as_for_six(
    org: Organisation, case: Agreement, staff: Client
) -> None:
    write_text(case, by=org.staff)

    def asked() -> tuple[int, int]:
        clause = working(case).clauses.last()
        staff.get(address(case, "text-edit"))
        with CaptureQueriesContext(connection) as opened:
            sent = typed(staff, case)
        sent = only(sent, clause) | {f"{clause.lineage}-prose": f"第{len(sent)}次写"}
        with CaptureQueriesContext(connection) as saved:
            assert staff.post(address(case), sent).status_code == 200
        return len(opened), len(saved)

    asked()
    few = asked()
    for number in range(54):
        clauses.add(case, heading=f"补充{number}", reason="约定事项", by=org.staff)
    asked()
    assert asked() == few


class Tags(HTMLParser):
    """The tags of a piece of HTML with their attributes, and the text in them."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data.strip()


@pytest.mark.parametrize("code", sorted(PART_MODELS))
def test_a_row_is_drawn_as_django_would_draw_it(org: Organisation, code: str) -> None:
    """The cells of a long text are drawn without a template each; nothing may get lost by it."""
    facts = factories.part_facts(code, make_agreement(org), date(2028, 12, 31))[0]
    names = {"units": UnitNames([org.lead]), "project_facts": True}
    typed = {f"r-{name}": value for name, value in facts.items()} | {"r-indicator": "<b>'\"&\n甲", "r-goal": "x"}
    row = sheets.sheet(code).form
    for form in (row(prefix="r", initial=facts, **names), row(typed, prefix="r", **names)):
        assert form.is_bound is False or form.is_valid() in (True, False)
        for cell in form.cells:
            for field in cell.fields:
                ours, theirs = Tags(drawing.control(field.bound)), Tags(face.widget(field.bound, "cell"))
                assert ours.text == theirs.text
                for (tag, attrs), (other, others) in zip(ours.found, theirs.found, strict=True):
                    others.pop("required", None)  # a blank row is absent, so nothing in it is asked by the browser
                    assert (tag, attrs) == (other, others)
