"""Out as Word and back: nothing is lost, whatever was typed; sixty pages as well as one line."""

from __future__ import annotations

import io
import time
from datetime import date

import docx as python_docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreements.models import PART_MODELS
from agreements.services import texts, word
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
SAFEGUARDS = st.lists(
    st.fixed_dictionaries({"kind": st.sampled_from(["policy", "personnel", "funds"]), "measure": NAMES}),
    max_size=4,
)
EDIT = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=30)
TARGETS = st.lists(
    st.fixed_dictionaries(
        {
            "indicator": NAMES,
            "measure": WORDS.map(lambda text: text[:20]),
            "baseline": AMOUNTS,
            "goal": AMOUNTS,
            "due_on": DAYS,
            "unit": st.none(),
        }
    ),
    max_size=4,
)


@pytest.fixture
def agreement():
    return cases.drafted(organisation())


def rewrite(agreement, prose: list[str], targets: list[dict], safeguards: list[dict]) -> None:
    text = cases.working(agreement)
    for clause, words in zip(texts.clauses_with_parts(text), prose, strict=True):
        clause.prose = words
        clause.save()
        for model in PART_MODELS.values():
            model._default_manager.filter(clause=clause).delete()
        for code, rows in (("target", targets), ("safeguard", safeguards)):
            if (clause.heading, code) in (("目标定位", "target"), ("保障措施", "safeguard")):
                for order, facts in enumerate(rows):
                    PART_MODELS[code]._default_manager.create(clause=clause, order=order, **facts)


@FOR_ONE_CASE
@given(prose=st.lists(PROSE, min_size=5, max_size=5), targets=TARGETS, safeguards=SAFEGUARDS)
def test_whatever_was_typed_comes_back(agreement, prose, targets, safeguards):
    rewrite(agreement, prose, targets, safeguards)
    before = texts.canonical(cases.working(agreement))
    found = cases.matched(agreement, cases.exported(agreement))
    assert cases.untouched(found) == []
    assert not found.open_sections
    form = cases.confirmed(agreement, found)
    contents = form.result().contents
    assert [content.prose for content in contents] == prose
    assert [[(part.code, part.lineage, dict(part.facts)) for part in content.parts] for content in contents] == [
        [(code, part.lineage, part.facts()) for code, parts in clause.parts.items() for part in parts]
        for clause in texts.clauses_with_parts(cases.working(agreement))
    ]
    assert texts.canonical(cases.working(agreement)) == before


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
    rewrite(agreement, ["\n".join(f"{paragraph}第{number}段。" for number in range(60))] * 5, [], [])
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


def test_a_round_trip_through_the_services_changes_not_one_letter(agreement):
    org_staff = fresh(agreement.texts.get().saved_by)
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
