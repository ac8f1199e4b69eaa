"""Out as Word and back: nothing is lost, whatever was typed; sixty pages as well as one line."""

from __future__ import annotations

import io
import time
from datetime import date
from typing import Any

import docx as python_docx
import pytest
from django.db.models import DateField, DecimalField
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreements import breakdown, due
from agreements.due import RECURRING, Due
from agreements.forms.layouts import VOCABULARIES
from agreements.models import PART_MODELS, Clause, Part
from agreements.services import clauses, drafting, texts, word
from agreements.services.texts import ClauseContent
from agreements.word import tables
from core import clock
from regulation.vocabulary import FREQUENCIES
from tests.agreements import word_cases as cases
from tests.factories import fresh, organisation

pytestmark = pytest.mark.django_db
FOR_ONE_CASE = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

WORDS = st.text(
    st.one_of(
        st.sampled_from("一二三、（）()1234567890.％万元 　\t\n“”—…：；。①\u2011\u00ad\u3000\ufeff🤝𠮷é"),
        st.characters(codec="utf-8", exclude_characters="\x00\r"),
    ),
    max_size=80,
)
PROSE = st.lists(
    st.one_of(
        WORDS,
        st.sampled_from(
            [
                "（一）加强领导。双方成立专班。",
                "1. 会商",
                "（1）时间",
                "第二条 付款",
                "三、时间",
                "合作机制",
                "目标定位",
                "",
            ]
        ),
    ),
    max_size=6,
).map("\n".join)
NAMES = WORDS.map(lambda text: text[:60]).filter(lambda text: text.strip())
AMOUNTS = st.none() | st.decimals(0, 10**12, places=2)
DAYS = st.none() | st.dates(date(2000, 1, 1), date(2190, 1, 1))
EDIT = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=30)
PLAIN = st.text(st.sampled_from("市产业园区合作协议甲乙AbC0123456789"), min_size=1, max_size=12)
LEAD = object()
"""Stands for the unit that leads the agreement until there is one."""
PLACES = (
    ("target", "phase"),
    ("key_project", "pairing", "assistance_scope"),
    ("work_item", "duty"),
    ("mechanism",),
    ("safeguard", "funding_share"),
)
"""Which sheets the clauses get: every kind of part once."""


def months(begins: bool) -> st.SearchStrategy[Due]:
    ends = st.tuples(st.integers(2000, 2190), st.integers(1, 12))
    return ends.map(lambda found: due.read(f"{found[0]}-{found[1]:02}", begins=begins))


def times(name: str, recurring: bool) -> st.SearchStrategy[Due]:
    """Times as they are written: a day, a month, a year, none; where that is possible also again and again."""
    begins = name == "starts_on"
    years = st.integers(2000, 2190).map(lambda year: due.read(str(year), begins=begins))
    again = st.sampled_from([*FREQUENCIES]).map(lambda code: Due(kind=RECURRING, frequency=code))
    return st.one_of(DAYS.map(Due), months(begins), years, *([again] if recurring else []))


def breakdowns() -> st.SearchStrategy[str]:
    numbers = st.decimals(0, 10**6, places=1)
    parts = st.tuples(st.sampled_from(["", "2026", "2027", "市财政局"]), numbers)
    return st.lists(parts, max_size=4).map(
        lambda found: breakdown.write([breakdown.SubTarget(*part) for part in found])
    )


def one_fact(model: type[Part], name: str, words: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    field = model._meta.get_field(name)
    if vocabulary := VOCABULARIES.get((model.CODE, name)):
        return st.sampled_from([*vocabulary])
    if name == "unit":
        return st.sampled_from([None, LEAD])
    if name == "breakdown":
        return breakdowns()
    if name == "share":
        return st.none() | st.decimals(0, 100, places=2)
    if name == "year":
        return st.integers(2000, 2190)
    if isinstance(field, DecimalField):
        return AMOUNTS
    if isinstance(field, DateField):
        return DAYS
    most = field.max_length
    typed = words.map(lambda text: text[:most])
    return (st.just("") | typed) if field.blank else typed.filter(lambda text: text.strip())


def of_kind(model: type[Part], words: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Facts of a part, whatever facts its model has."""
    beside = {name for names in model.TIMES.values() for name in names}
    single = {name: one_fact(model, name, words) for name in model.FACTS if name not in beside | {*model.TIMES}}
    stated = {name: times(name, bool(often)) for name, (_kind, often) in model.TIMES.items()}
    return st.fixed_dictionaries({**single, **stated}).map(lambda facts: apart(model, facts))


def apart(model: type[Part], facts: dict[str, Any]) -> dict[str, Any]:
    found = {name: value for name, value in facts.items() if name not in model.TIMES}
    for name, (kind, often) in model.TIMES.items():
        time = facts[name]
        found |= {name: time.on, kind: time.kind, **({often: time.frequency} if often else {})}
    return found


def parts(words: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, list[dict[str, Any]]]]:
    return st.fixed_dictionaries(
        {code: st.lists(of_kind(model, words), max_size=2) for code, model in PART_MODELS.items()}
    )


@pytest.fixture
def agreement():
    return cases.drafted(organisation())


@pytest.fixture
def org_staff(agreement):
    return fresh(agreement.texts.get().saved_by)


def rewrite(agreement, prose: list[str], stated: dict[str, list[dict[str, Any]]]) -> None:
    text = cases.working(agreement)
    for clause, words, codes in zip(texts.clauses_with_parts(text), prose, PLACES, strict=True):
        clause.prose = words
        clause.save()
        for model in PART_MODELS.values():
            model._default_manager.filter(clause=clause).delete()
        for code in codes:
            for order, facts in enumerate(stated.get(code, [])):
                unit = {"unit": agreement.lead_unit if facts["unit"] is LEAD else None} if "unit" in facts else {}
                PART_MODELS[code]._default_manager.create(clause=clause, order=order, **{**facts, **unit})


def stated_in(clauses) -> list[list[tuple[str, str, dict[str, Any]]]]:
    return [
        [(code, part.lineage, part.facts()) for code, found in clause.parts.items() for part in found]
        for clause in clauses
    ]


def by_kind(contents) -> list[list[tuple[str, str, dict[str, Any]]]]:
    order = [*PART_MODELS]
    return [
        sorted(
            [(part.code, part.lineage, dict(part.facts)) for part in content.parts],
            key=lambda part: order.index(part[0]),
        )
        for content in contents
    ]


@FOR_ONE_CASE
@given(prose=st.lists(PROSE, min_size=5, max_size=5), stated=parts(WORDS))
def test_whatever_was_typed_comes_back(agreement, prose, stated):
    rewrite(agreement, prose, stated)
    before = texts.canonical(cases.working(agreement))
    found = cases.matched(agreement, cases.exported(agreement))
    assert cases.untouched(found) == []
    assert not found.open_sections
    form = cases.confirmed(agreement, found)
    contents = form.result().contents
    assert [content.prose for content in contents] == prose
    assert by_kind(contents) == stated_in(texts.clauses_with_parts(cases.working(agreement)))
    assert texts.canonical(cases.working(agreement)) == before


@FOR_ONE_CASE
@given(stated=parts(PLAIN))
def test_every_fact_is_read_from_the_file_where_the_draft_says_something_else(agreement, stated):
    """The file is sent out, the rows of the draft are emptied: what comes back is what the file says."""
    for facts in stated["key_project"]:
        if facts["starts_on"] and facts["completes_on"]:
            ends = max(facts["starts_on"], facts["completes_on"])
            facts |= {"starts_on": None, "starts_kind": ""} if ends == facts["starts_on"] else {}
        facts["omission_reason"] = ""
    rewrite(agreement, ["双方加强合作。"] * 5, stated)
    content = cases.exported(agreement)
    wanted = stated_in(texts.clauses_with_parts(cases.working(agreement)))
    for model in PART_MODELS.values():
        named = {tables.identity(model.CODE): "另有所指"} if model.CODE != "phase" else {"year": 1999}
        emptied = {
            name: None if field.null else field.get_default()
            for field in model._meta.fields
            if (name := field.name) in model.FACTS and (field.null or field.blank)
        }
        model._default_manager.update(**{**emptied, **named})
    found = cases.matched(agreement, content)
    assert not [row.errors for entry in found.clauses for row in entry.unreadable]
    assert by_kind(cases.confirmed(agreement, found).result().contents) == wanted


def test_an_added_clause_keeps_its_heading_and_reason(agreement, org_staff):
    added = clauses.add(agreement, heading="保密义务", reason="涉及商业数据", by=org_staff)
    drafting.write(
        agreement,
        [ClauseContent(added.lineage, "双方保守秘密。", heading="保密义务", added_reason="涉及商业数据")],
        by=org_staff,
        edition=cases.working(agreement).edition,
    )
    content = cases.exported(agreement)
    Clause.objects.filter(pk=added.pk).update(prose="旧文。")
    incoming = word.receive(agreement, cases.uploaded(content), origin="ours", received_on=clock.today(), by=org_staff)
    before = cases.working(agreement).edition
    form = cases.confirmed(agreement, cases.matched(agreement, content))
    new = word.take_over(incoming, form.result(), matched=form.matched, by=org_staff)
    again = new.clauses.get(lineage=added.lineage)
    assert (again.heading, again.prose, again.added_reason) == ("保密义务", "双方保守秘密。", "涉及商业数据")
    assert list(new.clauses.filter(edition__gt=before)) == [again]


@FOR_ONE_CASE
@given(edits=st.lists(EDIT, min_size=5, max_size=5))
def test_what_another_program_wrote_comes_back(agreement, edits):
    """The file opened, changed and saved by python-docx: its marks survive, its words are ours."""
    document = python_docx.Document(io.BytesIO(cases.exported(agreement)))
    plain = [paragraph for paragraph in document.paragraphs if paragraph.style.name == "Normal"]
    for paragraph, words in zip(plain, edits, strict=True):
        paragraph.runs[0].text = f"改：{words}"
    for table in document.tables:
        for cell in table.columns[0].cells[1:]:
            cell.paragraphs[0].runs[-1].text += ""
    stream = io.BytesIO()
    document.save(stream)
    found = cases.matched(agreement, stream.getvalue())
    assert [entry.prose for entry in found.clauses] == [line for words in edits for line in [f"改：{words}".strip()]]
    sheets = [sheet for entry in found.clauses for sheet in entry.sheets]
    assert not any(sheet.absent or any(row.is_changed for row in sheet.rows) for sheet in sheets)


def test_sixty_pages_go_out_and_come_back(agreement):
    paragraph = "（一）双方同意在产业、科技、人才、文化旅游等领域开展合作，2027年底前完成投资12,345.60万元，" * 4
    rewrite(agreement, ["\n".join(f"{paragraph}第{number}段。" for number in range(60))] * 5, {})
    for clause in cases.working(agreement).clauses.filter(heading="合作重点（内容）"):
        for number in range(150):
            PART_MODELS["work_item"]._default_manager.create(clause=clause, order=number, title=f"第{number}项工作")
    started = time.perf_counter()
    content = cases.exported(agreement)
    found = cases.matched(agreement, content)
    spent = time.perf_counter() - started
    assert len(found.document.text) > 22 * 28 * 60
    assert cases.untouched(found) == []
    assert spent < 10


def test_a_round_trip_through_the_services_changes_not_one_letter(agreement, org_staff):
    before = texts.clauses_with_parts(cases.working(agreement))
    incoming = word.receive(
        agreement, cases.uploaded(cases.exported(agreement)), origin="ours", received_on=date.today(), by=org_staff
    )
    found = cases.matched(agreement, cases.exported(agreement))
    form = cases.confirmed(agreement, found)
    new = word.take_over(incoming, form.result(), matched=form.matched, by=org_staff)
    assert texts.canonical(new) == new.based_on.canonical
    assert [clause.lineage for clause in new.clauses.order_by("order")] == [clause.lineage for clause in before]


def test_the_same_version_gives_the_same_file_and_queries_do_not_grow(agreement, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        first = cases.exported(agreement)
    assert first == cases.exported(agreement)
