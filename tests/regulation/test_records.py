"""The records hang together: every citation, every reading and every wording exists."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from regulation import (
    articles,
    categories,
    deadlines,
    diligence,
    posts,
    prohibitions,
    readings,
    render,
    review,
    vocabulary,
)
from regulation.records import Submitter, Text
from regulation.routes import compute_route
from regulation.vocabulary import NATURES

VOCABULARIES = {name: value for name, value in vars(vocabulary).items() if name[0] != "_" and name.isupper()}
DICTIONARIES: dict[str, dict[str, Any]] = VOCABULARIES | {
    "ARTICLES": articles.ARTICLES,
    "CATEGORIES": categories.CATEGORIES,
    "DEADLINES": deadlines.DEADLINES,
    "DILIGENCE_POINTS": diligence.DILIGENCE_POINTS,
    "POSTS": posts.POSTS,
    "PROHIBITIONS": prohibitions.PROHIBITIONS,
    "READINGS": readings.READINGS,
    "REVIEW_CONCLUSIONS": review.REVIEW_CONCLUSIONS,
    "REVIEW_POINTS": review.REVIEW_POINTS,
}
ROUTES = [compute_route(submitter, [nature], True) for submitter in Submitter for nature in NATURES]
ROUTES += [compute_route(submitter, list(NATURES), True) for submitter in Submitter]


def inside(value: Any) -> Iterator[Any]:
    """Walk a record and everything it holds."""
    if isinstance(value, dict):
        value = value.values()
    elif is_dataclass(value):
        yield value
        value = [getattr(value, item.name) for item in fields(value)]
    elif isinstance(value, str | Enum) or not isinstance(value, tuple | list):
        return
    for item in value:
        yield from inside(item)


RECORDS = [*inside([*DICTIONARIES.values(), diligence.RISK_ARGUMENT, *ROUTES])]


def test_every_cited_article_exists():
    cited = {record.article for record in RECORDS if getattr(record, "article", "")}
    assert cited <= articles.ARTICLES.keys()
    assert {"§1.2", "§2.1", "§2.7", "§3.1", "§3.5", "§4.1", "§4.3"} <= cited


def test_every_reading_that_a_record_rests_on_exists():
    rested = {record.rests_on for record in RECORDS if getattr(record, "rests_on", "")}
    assert rested <= readings.READINGS.keys()
    assert {"district_without_vice_mayor", "executive_meeting_prevails", "risk_argument_always"} <= rested


@pytest.mark.parametrize("name", DICTIONARIES)
def test_records_are_filed_under_their_own_code(name):
    records = DICTIONARIES[name]
    assert records
    assert [record.code for record in records.values()] == list(records)


def test_every_wording_is_there_in_both_languages():
    texts = [record for record in RECORDS if isinstance(record, Text)]
    assert len(texts) > 300
    for text in texts:
        assert any("一" <= character <= "鿿" for character in text.zh), text
        assert any((character.isascii() and character.isalpha()) or character.isdigit() for character in text.en), text
        assert text.zh == text.zh.strip()
        assert text.en == text.en.strip()
        assert "  " not in text.en


def test_chinese_wording_uses_chinese_punctuation():
    for record in RECORDS:
        if isinstance(record, Text):
            assert not set(record.zh) & set(",;:()?"), record.zh


def test_a_text_reads_chinese_unless_english_is_asked():
    text = Text("审签", "Sign-off")
    assert [text.in_language(code) for code in ("zh-hans", None, "", "fr")] == ["审签"] * 4
    assert [text.in_language(code) for code in ("en", "en-gb")] == ["Sign-off"] * 2
    assert str(text) == "审签"


def test_an_article_that_does_not_exist_is_an_error():
    assert articles.article("§3.5").title.en == "Signing and sealing"
    with pytest.raises(KeyError):
        articles.article("§9.9")


def test_the_document_is_the_records():
    document = Path(__file__).parents[2] / "docs" / "regulation.md"
    assert document.read_text(encoding="utf-8") == render.markdown(), "run: python -m regulation > docs/regulation.md"


def test_the_document_names_every_record():
    document = render.markdown()
    for name, records in DICTIONARIES.items():
        for code in records:
            assert f"| {code} |" in document or f"`{code}`" in document, (name, code)
    for category in categories.CATEGORIES.values():
        for clause in category.clauses:
            assert f"`{clause.code}`" in document
