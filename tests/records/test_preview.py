"""What is shown of a stored file is drawn anew, in a process of its own, and never the bytes that came."""

import io
import time
from collections.abc import Iterator
from threading import BoundedSemaphore

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from core.errors import BadInput, NotNow
from demo.scans import scan
from records import files, preview
from records.models import StoredFile
from tests.records import attacks, samples

pytestmark = pytest.mark.django_db


def stored(name: str, content: bytes) -> StoredFile:
    return files.store(SimpleUploadedFile("sent", content), name=name)


def drawn(row: StoredFile, number: int = 1) -> Image.Image:
    answer = preview.page(row, number)
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "no-store"
    return Image.open(io.BytesIO(answer.content))


def test_a_pdf_is_drawn_page_by_page() -> None:
    row = stored("a.pdf", scan("协议书", "第一条").read())
    assert preview.look(row) == preview.Preview(pages=1)
    picture = drawn(row)
    assert picture.format == "PNG"
    assert picture.width == 1400
    assert len(set(picture.convert("L").tobytes())) > 1, "something stands on the page"
    with pytest.raises(BadInput):
        preview.page(row, 2)
    with pytest.raises(BadInput):
        preview.page(row, 0)


def test_a_pdf_with_a_script_is_drawn_and_nothing_runs() -> None:
    assert drawn(stored("a.pdf", attacks.pdf_with(script="app.alert(1)"))).format == "PNG"


@pytest.mark.parametrize(("name", "form"), [("a.jpg", "JPEG"), ("a.png", "PNG"), ("a.tif", "TIFF")])
def test_a_picture_is_drawn_anew(name: str, form: str) -> None:
    row = stored(name, samples.picture(form, size=(3000, 200)))
    picture = drawn(row)
    assert (picture.width, picture.height) == (1400, 93)


def test_every_frame_is_a_page() -> None:
    row = stored("a.tif", samples.picture("TIFF", frames=3))
    assert preview.look(row).pages == 3
    assert drawn(row, 3).size == (40, 30)


def test_what_a_picture_says_of_itself_is_left_out() -> None:
    said, out = PngInfo(), io.BytesIO()
    said.add_text("Comment", "secret-place")
    said.add_text("Long", "secret-place" * 99, zip=True)
    Image.new("RGB", (9, 9)).save(out, "PNG", pnginfo=said)
    answer = preview.page(stored("a.png", out.getvalue()), 1)
    assert b"secret" not in answer.content
    assert Image.open(io.BytesIO(answer.content)).info == {}


def test_a_photo_stands_upright() -> None:
    out, turned = io.BytesIO(), Image.Exif()
    turned[0x0112] = 6
    Image.new("RGB", (60, 30)).save(out, "JPEG", exif=turned)
    assert drawn(stored("a.jpg", out.getvalue())).size == (30, 60)


def test_a_word_text_is_shown_as_words() -> None:
    row = stored("a.docx", samples.docx("<w:body><w:p><w:r><w:t>第一条 &lt;b&gt;</w:t></w:r></w:p></w:body>"))
    assert preview.look(row).lines == ["第一条 <b>"]


def test_the_first_sheet_is_shown_as_strings_up_to_a_limit() -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "台账"
    for number in range(300):
        book.active.append([f"=1+{number}", "x" * 500, number])
    book.save(out)
    found = preview.look(stored("a.xlsx", out.getvalue()))
    assert found.title == "台账"
    assert found.cut
    assert found.rows is not None
    assert len(found.rows) == 200
    assert {len(cell) for row in found.rows for cell in row} <= {0, 1, 2, 3, 200}


@pytest.mark.parametrize(("name", "make"), [("a.ofd", samples.ofd), ("a.doc", samples.doc), ("a.xls", samples.xls)])
def test_what_is_not_shown_says_why(name: str, make: object) -> None:
    row = stored(name, make())  # type: ignore[operator]
    found = preview.look(row)
    assert not found.pages
    assert found.why_not
    with pytest.raises(BadInput):
        preview.page(row, 1)


def test_what_cannot_be_drawn_says_so() -> None:
    row = stored("a.pdf", samples.pdf())
    files.place(row.sha256).write_bytes(b"%PDF-1.7 rubbish")
    assert preview.look(row).why_not
    with pytest.raises(BadInput):
        preview.page(row, 1)


def test_drawing_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "SECONDS", 0.001)
    began = time.monotonic()
    with pytest.raises(BadInput):
        preview.page(stored("a.pdf", samples.pdf()), 1)
    assert time.monotonic() - began < 2


def test_drawing_that_takes_too_much_memory_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """20,000 by 20,000 is refused on upload; were it stored, it would not bring the machine down."""
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    row = stored("a.png", samples.picture("PNG"))
    files.place(row.sha256).write_bytes(out.getvalue())
    with pytest.raises(BadInput):
        preview.page(row, 1)


@pytest.fixture
def nobody_else() -> Iterator[None]:
    """All turns are taken."""
    turn = BoundedSemaphore(1)
    turn.acquire()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preview, "_turn", turn)
        patch.setattr(preview, "WAIT", 0.01)
        yield


def test_few_are_drawn_at_once(nobody_else: None) -> None:
    row = stored("a.pdf", samples.pdf())
    with pytest.raises(NotNow) as refusal:
        preview.look(row)
    assert refusal.value.code == "busy"


def test_bytes_that_are_gone_are_no_fault_of_the_page() -> None:
    row = stored("a.pdf", samples.pdf())
    files.place(row.sha256).unlink()
    with pytest.raises(NotNow):
        preview.look(row)
