"""`check_text`: the exact answer, and a clear refusal."""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO, StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from docx import Document

from regulation.categories import CATEGORIES

TEXT = "一、合作内容\n甲方为乙方贷款提供担保。\n"


def check(*command: str) -> list[dict]:
    out = StringIO()
    call_command("check_text", *command, stdout=out)
    return json.loads(out.getvalue())


def refused(*command: str) -> str:
    with pytest.raises(CommandError) as refusal:
        check(*command)
    assert refusal.value.returncode == 2
    return str(refusal.value)


def put(folder, name: str, content: bytes) -> str:
    path = folder / name
    path.write_bytes(content)
    return str(path)


def word(*paragraphs: str) -> bytes:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


@pytest.mark.article("§1.2")
def test_prints_the_findings(tmp_path):
    path = put(tmp_path, "a.txt", TEXT.encode())
    assert check("--category", "enterprise", path) == [
        {
            "code": "guarantee",
            "article": "§1.2",
            "start": 7,
            "end": 18,
            "excerpt": "甲方为乙方贷款提供担保",
            "severity": "block",
            "advice": "删去担保及变相担保的约定，由企业自行增信。",
        }
    ]


@pytest.mark.parametrize("category", CATEGORIES)
def test_knows_every_category(tmp_path, category):
    path = put(tmp_path, "a.txt", "双方每年会商一次。".encode())
    assert [one["code"] for one in check("--category", category, path)] == (
        ["governing_law"] if category == "sister_city" else []
    )


@pytest.mark.article("§1.2")
def test_a_foreign_text_without_a_law(tmp_path):
    path = put(tmp_path, "a.txt", "双方每年会商一次。".encode())
    (finding,) = check("--category", "other", "--foreign", path)
    assert (finding["code"], finding["severity"]) == ("governing_law", "warning")


def test_a_byte_order_mark_and_windows_line_ends(tmp_path):
    path = put(tmp_path, "a.txt", b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    (finding,) = check("--category", "other", path)
    assert (finding["start"], finding["end"]) == (8, 19)


def test_a_word_file_by_its_plain_text(tmp_path):
    path = put(tmp_path, "a.docx", word("一、合作内容", "甲方为乙方贷款提供担保。"))
    (finding,) = check("--category", "other", path)
    assert finding["excerpt"] == "甲方为乙方贷款提供担保"


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n \n"])
def test_nothing_is_found_in_an_empty_text(tmp_path, content):
    assert check("--category", "other", put(tmp_path, "a.txt", content)) == []


class TestRefuses:
    def test_an_unknown_category(self, tmp_path):
        assert "no such category: company" in refused("--category", "company", put(tmp_path, "a.txt", b""))

    def test_a_file_that_is_not_there_or_a_folder(self, tmp_path):
        assert "No such file" in refused("--category", "other", str(tmp_path / "none.txt"))
        assert "cannot read" in refused("--category", "other", str(tmp_path))

    @pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
    def test_another_encoding(self, tmp_path, encoding):
        assert "not UTF-8" in refused("--category", "other", put(tmp_path, "a.txt", TEXT.encode(encoding)))

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"no zip", word("甲方。")[:-400]])
    def test_a_broken_word_file(self, tmp_path, content):
        assert "cannot read" in refused("--category", "other", put(tmp_path, "a.docx", content))


def run(*command: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "manage.py", "check_text", *command],
        input=given,
        capture_output=True,
        cwd=settings.BASE_DIR,
        check=False,
    )


def test_reads_standard_input_and_needs_no_database():
    done = run("--category", "enterprise", given=TEXT.encode())
    assert done.returncode == 0, done.stderr
    assert [one["code"] for one in json.loads(done.stdout)] == ["guarantee"]


@pytest.mark.parametrize(
    ("command", "given"), [(("--category", "x"), b""), ((), b""), (("--category", "other"), b"\xff")]
)
def test_ends_with_2_and_speaks_on_stderr(command, given):
    done = run(*command, given=given)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.strip()
