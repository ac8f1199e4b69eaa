"""Every article of the regulation that the product carries out has a test that says so; every other has its reason."""

import re
from pathlib import Path

import pytest

from regulation.articles import ARTICLES

TESTS = Path(__file__).parents[1]
MARK = re.compile(r'pytest\.mark\.article\("([^"]+)"\)')

NOT_CARRIED_OUT = {
    "opening": "purpose and entry into force: nothing to do",
    "§1": "a heading",
    "§1.1": "guiding ideas: nothing that could be checked",
    "§3": "a heading; its points follow",
    "§4": "a heading; its points follow",
    "closing": "authorities of districts and departments: application by reference",
}


def cited() -> dict[str, set[str]]:
    """Return the articles that tests are marked with, and the files in which they are."""
    found: dict[str, set[str]] = {}
    for path in TESTS.rglob("test_*.py"):
        for code in MARK.findall(path.read_text(encoding="utf-8")):
            found.setdefault(code, set()).add(path.name)
    return found


@pytest.mark.parametrize("code", sorted(ARTICLES.keys() - NOT_CARRIED_OUT.keys()))
def test_an_article_has_its_test(code: str) -> None:
    assert code in cited(), f"no test is marked with article({code!r})"


def test_marks_name_articles_of_the_regulation() -> None:
    unknown = {code: files for code, files in cited().items() if code not in ARTICLES}
    assert not unknown
    assert not cited().keys() & NOT_CARRIED_OUT.keys(), "carried out after all: strike the reason"
    assert NOT_CARRIED_OUT.keys() <= ARTICLES.keys()
