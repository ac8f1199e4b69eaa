"""Papers: PDF/A on the page grid, Chinese type, the same bytes again, nothing loaded from anywhere."""

import builtins
import io
import logging
import shutil
from datetime import date
from pathlib import Path
from urllib.request import OpenerDirector

import pytest
from django.utils import translation
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from core import printing
from core.errors import NotNow

MM = 72 / 25.4
PAPER = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>呈批单</title></head>'
    "<body><h1>天津市与长春市对口合作呈批单</h1><h2>一、合作目标</h2><h3>（一）基本思路</h3>{body}</body></html>"
)


def paper(body: str = "<p>经办人：喆赟祎。</p>") -> str:
    return PAPER.replace("{body}", body)


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def test_a_paper_is_pdf_a_with_chinese_text_and_embedded_type() -> None:
    content = printing.pdf(paper())
    document = read(content)
    text = document.pages[0].extract_text()
    assert "天津市与长春市对口合作呈批单" in text.replace("\n", "")
    assert "喆赟祎" in text  # characters beyond GB2312 come from the fuller font
    assert b"pdfaid" in content or "pdfaid" in document.xmp_metadata.rdf_root.toxml()
    fonts = [font.get_object() for font in document.pages[0]["/Resources"]["/Font"].values()]  # type: ignore[index]
    names = {font["/BaseFont"].partition("+")[2] for font in fonts}
    assert any("Sans-CJK" in name or "SansCJK" in name for name in names), names
    assert any("WenKai" in name for name in names), names


def test_the_page_is_the_grid_of_the_standard() -> None:
    lines = "".join(f"<p class='plain'>第{number:02}行</p>" for number in range(1, 60))
    body = f"<p class='plain'>{'字' * 28}</p>{lines}"
    document = read(printing.pdf(paper(body).replace("<h2>", "<h4>").replace("</h2>", "</h4>")))
    page = document.pages[1]
    assert [round(float(side) / MM) for side in page.mediabox[2:]] == [210, 297]
    found: list[tuple[str, float, float]] = []
    page.extract_text(visitor_text=lambda text, _cm, tm, *_rest: found.append((text.strip(), tm[4], tm[5])))
    rows = [entry for entry in found if entry[0].startswith("第")]
    assert len(rows) == 22
    first = read(printing.pdf(PAPER.partition("<h1>")[0] + body)).pages[0]
    assert first.extract_text().splitlines()[0] == "字" * 28


def test_page_numbers_stand_outside_right_on_odd_and_left_on_even_pages() -> None:
    document = read(printing.pdf(paper("<p>文</p>" * 60)))
    places = []
    for page in list(document.pages)[:2]:
        found: list[tuple[str, float]] = []
        page.extract_text(visitor_text=lambda text, _cm, tm, *_rest, found=found: found.append((text, tm[4])))
        places.append(next((text.strip(), x) for text, x in found if "—" in text))
    (first, right), (second, left) = places
    assert (first, second) == ("— 1 —", "— 2 —")
    assert right > 105 * MM > left


def test_the_same_paper_has_the_same_bytes() -> None:
    assert printing.pdf(paper()) == printing.pdf(paper())
    assert printing.pdf(paper()) != printing.pdf(paper("<p>另一份</p>"))


@pytest.mark.parametrize(
    "reach",
    [
        '<img src="{url}">',
        '<link rel="stylesheet" href="{url}">',
        '<link rel="attachment" href="{url}">',
        '<style>@import url("{url}"); @font-face {{ font-family: x; src: url("{url}") }}</style>',
        '<object data="{url}"></object>',
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{url}" width="9" height="9"/></svg>',
    ],
)
@pytest.mark.parametrize("outside", ["file", "http"])
def test_a_paper_loads_no_file_and_no_address(
    reach: str, outside: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("秘密内容")
    opened: list[str] = []
    monkeypatch.setattr(OpenerDirector, "open", lambda self, request, *_args, **_kw: opened.append(str(request)))
    url = secret.as_uri() if outside == "file" else "http://127.0.0.1:9/x"
    with caplog.at_level(logging.CRITICAL):
        document = read(printing.pdf(paper(reach.format(url=url) + "<p>正文</p>")))
    assert opened == []
    assert "正文" in document.pages[0].extract_text()
    assert list(document.attachments) == []


def test_papers_are_chinese_for_english_readers_too(tmp_path: Path, settings) -> None:
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    (tmp_path / "paper.html").write_text("{% load face %}{% day day %}")
    with translation.override("en"):
        assert "2026年11月23日" in printing.html("paper.html", {"day": date(2026, 11, 23)})


def test_fonts_of_the_site_come_first(settings, tmp_path: Path) -> None:
    stand_in = next(Path("/usr/share/fonts").rglob("LXGWWenKai-Regular.ttf"))
    font = TTFont(stand_in)
    for record in font["name"].names:
        if record.nameID in (1, 4, 16):
            record.string = "FZ FangSong"
    font.save(tmp_path / "site.ttf")
    shutil.copy(stand_in, tmp_path / "kai.ttf")
    (tmp_path / "readme.txt").write_text("not a font")
    (tmp_path / "broken.ttf").write_bytes(b"not a font")
    settings.FONT_DIR = str(tmp_path)
    assert printing.own_fonts()["Paper FangSong"] == (tmp_path / "site.ttf").resolve()
    content = printing.pdf(paper("<p>正文</p>"))
    fonts = read(content).pages[0]["/Resources"]["/Font"].values()  # type: ignore[index]
    assert len({font.get_object()["/BaseFont"] for font in fonts}) >= 2


def test_a_missing_font_or_library_says_which_and_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "_installed", lambda: frozenset({"Noto Serif CJK SC", "Noto Sans CJK SC"}))
    with pytest.raises(NotNow) as refusal:
        printing.pdf(paper())
    assert refusal.value.code == "printing"
    assert "apt-get install --no-install-recommends fonts-lxgw-wenkai" in str(refusal.value.next_step)


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args, **kwargs):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(NotNow) as refusal:
        printing.pdf(paper())
    assert "libpango-1.0-0" in str(refusal.value.reason)
