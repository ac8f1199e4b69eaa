"""Papers made from stored facts: kept with their HTML, made once for the same facts."""

import hashlib

import pytest

from agreements.models import PrintedDocument
from agreements.services import papers
from core import printing
from records import files
from tests.factories import Organisation, make_agreement


def make(agreement, org: Organisation, **context) -> PrintedDocument:
    return papers.make(
        agreement,
        "sample",
        template="papers/base.html",
        context=context,
        template_version="1",
        by=org.general_office,
        subject_key="run:1",
    )


def test_a_paper_keeps_its_html_its_hash_and_its_bytes(org: Organisation):
    agreement = make_agreement(org, at_station="preparation")
    paper = make(agreement, org)
    assert paper.html_sha256 == hashlib.sha256(paper.html.encode()).hexdigest()
    with files.open_stored(paper.file) as stream:
        assert stream.read() == printing.pdf(paper.html)


def test_the_same_facts_are_the_same_paper_and_others_another(org: Organisation, monkeypatch: pytest.MonkeyPatch):
    agreement = make_agreement(org, at_station="preparation")
    first = make(agreement, org)
    with monkeypatch.context() as patch:
        patch.setattr("core.printing.pdf", lambda _html: pytest.fail("it is there already"))
        assert make(agreement, org) == first
    monkeypatch.setattr("core.printing.html", lambda _template, _context: "<p>另一份</p>")
    assert make(agreement, org) != first


def test_without_bytes_there_is_no_row(org: Organisation, monkeypatch: pytest.MonkeyPatch):
    agreement = make_agreement(org, at_station="preparation")
    monkeypatch.setattr("records.files.store_bytes", lambda *_args, **_kw: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        make(agreement, org)
    assert not PrintedDocument.objects.exists()
