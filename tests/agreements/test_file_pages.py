"""The pages of papers: filing several at once, versions, void papers, previews, and what a script is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.models import Agreement, Attachment
from agreements.services import access, attachments
from records import tokens
from tests.factories import Organisation, file_paper, make_agreement
from tests.records import samples

pytestmark = pytest.mark.django_db
Open = Callable[[str], Client]
JSON = {"accept": "application/json"}


@pytest.fixture
def as_user(org: Organisation) -> Open:
    def log_in(username: str) -> Client:
        client = Client()
        client.force_login(org.users[username])
        return client

    return log_in


@pytest.fixture
def case(org: Organisation) -> Agreement:
    return make_agreement(org, party="华岳集团", party_kind="private_enterprise")


def at(agreement: Agreement, name: str, *args: object) -> str:
    return reverse(f"agreements:{name}", args=[agreement.public_id, *args])


def tab(agreement: Agreement, more: str = "") -> str:
    return f"{agreement.get_absolute_url()}?tab=files{more}"


def sent(name: str = "a.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, samples.pdf() if content is None else content)


def form(*uploads: SimpleUploadedFile, **facts: Any) -> dict[str, Any]:
    return {"kind": "other", "remark": "", "submission_token": tokens.new(), "papers": list(uploads), **facts}


def test_several_files_are_filed_at_once(case: Agreement, as_user: Open) -> None:
    key = f"diligence:{case.parties.get().public_id}"
    client = as_user("staff")
    answer = client.post(
        at(case, "file-add"),
        form(sent("执照.pdf"), sent("审计.pdf", samples.pdf(2)), kind="diligence", subject=key, remark="原件已核"),
    )
    assert answer["Location"] == tab(case)
    rows = case.attachments.all()
    assert [(row.name, row.kind, row.subject_key, row.remark) for row in rows] == [
        ("执照.pdf", "diligence", key, "原件已核"),
        ("审计.pdf", "diligence", key, "原件已核"),
    ]
    page = client.get(tab(case)).content.decode()
    assert "华岳集团" in page
    assert rows[0].file.sha256 in page


def test_each_refused_file_is_named_with_its_rule_and_the_others_are_filed(case: Agreement, as_user: Open) -> None:
    answer = as_user("staff").post(
        at(case, "file-add"),
        form(sent("好.pdf"), sent("坏.pdf", b"MZ"), sent("空.pdf", b""), remark="会议材料"),
    )
    assert answer.status_code == 400
    errors = " ".join(answer.context["form"].non_field_errors())
    assert "坏.pdf" in errors
    assert "空.pdf" in errors
    assert "好.pdf" not in errors
    page = answer.content.decode()
    assert "好.pdf" in page
    assert 'value="会议材料"' in page, "what was typed stays"
    assert [row.name for row in case.attachments.all()] == ["好.pdf"]


def test_a_form_sent_twice_files_each_paper_once(case: Agreement, as_user: Open) -> None:
    token = tokens.new()
    client = as_user("staff")
    for _turn in range(2):
        again = form(sent("一.pdf"), sent("二.pdf", samples.pdf(2)), submission_token=token)
        assert client.post(at(case, "file-add"), again).status_code == 302
    assert case.attachments.count() == 2
    client.post(at(case, "file-add"), form(sent("三.pdf", samples.pdf(3)), submission_token=token))
    assert case.attachments.count() == 3, "another file chosen on the same page is another paper"


def test_a_form_without_its_token_files_nothing(case: Agreement, as_user: Open) -> None:
    answer = as_user("staff").post(at(case, "file-add"), form(sent(), submission_token=""))
    assert answer.status_code == 400
    assert not case.attachments.exists()


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": ""},
        {"kind": "signed_scan"},
        {"kind": "nonsense"},
        {"subject": "diligence:elsewhere"},
        {"kind": "origin", "subject": "party"},
        {"remark": "长" * 301},
        {"papers": []},
    ],
)
def test_wrong_input_is_named_and_nothing_is_filed(case: Agreement, as_user: Open, facts: dict[str, Any]) -> None:
    if facts.get("subject") == "party":
        facts = {**facts, "subject": f"diligence:{case.parties.get().public_id}"}
    answer = as_user("staff").post(at(case, "file-add"), form(sent(), **facts))
    assert answer.status_code == 400
    assert answer.context["form"].errors
    assert not case.attachments.exists()


def test_too_many_files_at_once_are_refused(case: Agreement, as_user: Open) -> None:
    answer = as_user("staff").post(at(case, "file-add"), form(*(sent(f"{n}.pdf") for n in range(21))))
    assert answer.status_code == 400
    assert not case.attachments.exists()


def test_a_script_is_answered_file_by_file(case: Agreement, as_user: Open) -> None:
    client = as_user("staff")
    stored = client.post(at(case, "file-add"), form(sent("好.pdf")), headers=JSON)
    assert stored.status_code == 201
    assert stored.json() == {"name": "好.pdf", "url": at(case, "file-preview", case.attachments.get().public_id)}
    refused = client.post(at(case, "file-add"), form(sent("坏.pdf", b"MZ")), headers=JSON)
    assert refused.status_code == 400
    assert refused.json()["error"] == "file_kind"
    assert "坏.pdf" in refused.json()["reason"]
    for wrong in (form(sent(), kind=""), form(sent(), sent()), form()):
        answer = client.post(at(case, "file-add"), wrong, headers=JSON)
        assert answer.status_code == 400
        assert answer.json()["reason"]
    assert as_user("consulted").post(at(case, "file-add"), form(sent()), headers=JSON).status_code == 404
    assert case.attachments.count() == 1


def test_versions_are_folded_and_void_papers_say_why(org: Organisation, case: Agreement, as_user: Open) -> None:
    client = as_user("staff")
    first = file_paper(case, by=org.staff, kind="origin", name="来函.pdf")
    facts = {"file": sent("来函（更正）.pdf", samples.pdf(2)), "remark": "更正日期", "submission_token": tokens.new()}
    assert client.post(at(case, "file-replace", first.public_id), facts)["Location"] == tab(case)
    second = case.attachments.get(replaces=first)
    page = client.get(tab(case)).content.decode()
    assert page.index("来函（更正）.pdf") < page.index('class="older"') < page.index(first.file.sha256)
    assert client.get(at(case, "file-replace", first.public_id)).status_code == 409
    assert client.post(at(case, "file-void", second.public_id), {"reason": ""}).status_code == 400
    client.post(at(case, "file-void", second.public_id), {"reason": "并非本案"})
    page = client.get(tab(case)).content.decode()
    assert "并非本案" in page
    assert "is-void" in page
    assert client.get(at(case, "file-void", second.public_id)).status_code == 409
    assert "并非本案" in client.get(at(case, "file-preview", second.public_id)).content.decode()


def test_a_newer_version_sent_twice_is_one(org: Organisation, case: Agreement, as_user: Open) -> None:
    paper = file_paper(case, by=org.staff)
    client, token = as_user("staff"), tokens.new()
    for _turn in range(2):
        facts = {"file": sent("b.pdf", samples.pdf(2)), "remark": "", "submission_token": token}
        assert client.post(at(case, "file-replace", paper.public_id), facts).status_code == 302
    assert case.attachments.count() == 2


def test_a_refused_newer_version_keeps_what_was_typed(org: Organisation, case: Agreement, as_user: Open) -> None:
    paper = file_paper(case, by=org.staff)
    facts = {"file": sent("b.pdf", b"MZ"), "remark": "更正日期", "submission_token": tokens.new()}
    answer = as_user("staff").post(at(case, "file-replace", paper.public_id), facts)
    assert answer.status_code == 400
    assert "更正日期" in answer.content.decode()
    assert case.attachments.count() == 1


def test_the_list_shows_one_kind_when_asked(org: Organisation, case: Agreement, as_user: Open) -> None:
    file_paper(case, by=org.staff, kind="origin", name="来函.pdf")
    file_paper(case, by=org.staff, kind="counterparty", name="章程.pdf", pages=2)
    client = as_user("staff")
    page = client.get(tab(case, "&kind=origin"))
    assert "来函.pdf" in page.content.decode()
    assert "章程.pdf" not in page.content.decode()
    assert len(client.get(tab(case, "&kind=nonsense")).context["groups"]) == 2


def test_who_only_reads_is_offered_no_form(org: Organisation, case: Agreement, as_user: Open) -> None:
    file_paper(case, by=org.staff)
    access.grant(case, "told", user=org.inspector)
    page = as_user("inspector").get(tab(case))
    assert page.status_code == 200
    assert "form" not in page.context
    assert "往来材料.pdf" in page.content.decode()


def test_a_preview_is_our_own_page_with_pictures_we_drew(org: Organisation, case: Agreement, as_user: Open) -> None:
    paper = file_paper(case, by=org.staff, pages=3)
    client = as_user("staff")
    page = client.get(at(case, "file-preview", paper.public_id), {"page": "2"}).content.decode()
    assert at(case, "file-page", paper.public_id, 2) in page
    assert "?page=1#page" in page
    assert "?page=3#page" in page
    picture = client.get(at(case, "file-page", paper.public_id, 2))
    assert picture.content.startswith(b"\x89PNG")
    assert picture["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert client.get(at(case, "file-page", paper.public_id, 9)).status_code == 400
    for nonsense in ("0", "99", "-1", "²", "x"):
        assert client.get(at(case, "file-preview", paper.public_id), {"page": nonsense}).status_code == 200


def test_words_of_a_file_are_text_and_never_markup(org: Organisation, case: Agreement, as_user: Open) -> None:
    client = as_user("staff")
    client.post(at(case, "file-add"), form(sent("<b>名.ofd", samples.ofd())))
    paper = case.attachments.get()
    page = client.get(at(case, "file-preview", paper.public_id)).content.decode()
    assert "<b>名" not in page
    assert "&lt;b&gt;名" in page


def test_a_paper_of_another_agreement_is_not_found_here(org: Organisation, case: Agreement, as_user: Open) -> None:
    paper = file_paper(make_agreement(org, at_station="preparation"), by=org.staff)
    client = as_user("staff")
    for name in ("file-preview", "file-replace", "file-void", "attachment-download"):
        assert client.get(at(case, name, paper.public_id)).status_code == 404, name
    assert client.get(at(case, "file-page", paper.public_id, 1)).status_code == 404


def test_one_file_and_three_ask_the_same_number_of_queries(org: Organisation, case: Agreement, as_user: Open) -> None:
    client, key = as_user("staff"), f"diligence:{case.parties.get().public_id}"

    def asked() -> int:
        client.get(tab(case))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(tab(case)).status_code == 200
        return len(queries)

    def one_more(pages: int) -> None:
        file_paper(case, by=org.staff, kind="diligence", pages=pages, subject_key=key)
        older = file_paper(case, by=org.staff, pages=pages)
        newer = file_paper(case, by=org.staff, pages=pages + 9)
        Attachment.objects.filter(pk=newer.pk).update(replaces=older)
        attachments.void(file_paper(case, by=org.staff, kind="origin", pages=pages), by=org.staff, reason="传错")

    one_more(1)
    first = asked()
    one_more(2)
    one_more(3)
    assert asked() == first
