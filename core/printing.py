"""Official papers as PDF/A on the page grid of GB/T 9704: Chinese type, no network, no file but our own.

The same HTML gives the same bytes, so that a paper made again from the same facts is the same paper.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from fontTools.ttLib import TTFont, TTLibError

from core.errors import NotNow

if TYPE_CHECKING:
    from weasyprint import URLFetcher

LANGUAGE = "zh-hans"
SHEET = "css/paper.css"
VARIANT = "pdf/a-3b"
INSTALL = "apt-get install --no-install-recommends"
LIBRARIES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
_FONT_ENDINGS = (".ttf", ".otf", ".ttc")


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface of GB/T 9704: how the style sheet calls it, what licensed fonts call it, what stands in for it."""

    family: str
    names: tuple[str, ...]
    stand_in: str
    package: str
    files: tuple[str, ...] = ()


# The order matters: 小标宋 is looked for before the plainer names.
FACES = (
    Face("Paper BiaoSong", ("小标宋", "biaosong", "xbs"), "Noto Serif CJK SC", "fonts-noto-cjk"),
    Face(
        "Paper FangSong",
        ("仿宋", "fangsong"),
        "Noto Serif CJK SC",
        "fonts-noto-cjk",
        ("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/FandolFang-Regular.otf",),
    ),
    Face("Paper KaiTi", ("楷", "kai"), "LXGW WenKai", "fonts-lxgw-wenkai"),
    Face("Paper HeiTi", ("黑", "hei"), "Noto Sans CJK SC", "fonts-noto-cjk"),
)


def html(template: str, context: Mapping[str, Any]) -> str:
    """Return a paper as HTML. Papers are Chinese, whatever language the person who prints them reads."""
    with translation.override(LANGUAGE):
        return render_to_string(template, dict(context))


def pdf(source: str) -> bytes:
    """Return the PDF/A of a paper's HTML; the same HTML on the same machine gives the same bytes.

    Raises NotNow, with the command that mends it, where this machine lacks a library or a typeface: a paper with
    empty boxes for characters is never made.
    """
    try:
        from weasyprint import CSS, HTML
        from weasyprint.text.fonts import FontConfiguration
    except OSError as error:
        raise _cannot_print(LIBRARIES) from error
    own = own_fonts()
    if lacking := {face.package for face in FACES if face.stand_in not in _installed() and face.family not in own}:
        raise _cannot_print(sorted(lacking))
    fetcher = _fetcher(frozenset(own.values()))
    fonts = FontConfiguration()
    sheets = [CSS(string=_font_rules(own) + _sheet(), font_config=fonts, url_fetcher=fetcher)]
    document = HTML(string=source, url_fetcher=fetcher, media_type="print")
    written: bytes = document.write_pdf(
        stylesheets=sheets,
        font_config=fonts,
        pdf_variant=VARIANT,
        pdf_identifier=hashlib.sha256(source.encode()).digest()[:16],
    )
    return written


def own_fonts() -> dict[str, Path]:
    """Return the font files that come before the stand-ins, by family of the style sheet.

    Those in FONT_DIR first, recognised by the names inside the file; then a free FangSong where TeX Live brought it.
    """
    found: dict[str, Path] = {}
    folder = settings.FONT_DIR
    for path in sorted(Path(folder).iterdir()) if folder and Path(folder).is_dir() else ():
        if path.suffix.lower() in _FONT_ENDINGS and (face := _face_of(path)):
            found.setdefault(face.family, path.resolve())
    for face in FACES:
        for name in face.files:
            if Path(name).is_file():
                found.setdefault(face.family, Path(name).resolve())
    return found


def _face_of(path: Path) -> Face | None:
    try:
        # A file that is no font is left open by the library: the file is opened here.
        with path.open("rb") as stream, TTFont(stream, lazy=True, fontNumber=0) as font:
            names = " ".join(str(record) for record in font["name"].names).lower()
    except (TTLibError, OSError, KeyError):
        return None
    return next((face for face in FACES if any(name in names for name in face.names)), None)


def _font_rules(own: Mapping[str, Path]) -> str:
    return "".join(
        f'@font-face {{ font-family: "{family}"; src: url("{path.as_uri()}") }}\n' for family, path in own.items()
    )


@cache
def _sheet() -> str:
    path = finders.find(SHEET)
    if not isinstance(path, str):
        raise FileNotFoundError(SHEET)
    return Path(path).read_text(encoding="utf-8")


@cache
def _installed() -> frozenset[str]:
    """Return the families that the typesetter finds on this machine."""
    from weasyprint.text.ffi import ffi, fontconfig

    config = ffi.gc(fontconfig.FcInitLoadConfigAndFonts(), fontconfig.FcConfigDestroy)
    fonts = fontconfig.FcConfigGetFonts(config, fontconfig.FcSetSystem)
    families = set()
    name = ffi.new("FcChar8 **")
    for number in range(fonts.nfont):
        place = 0
        while fontconfig.FcPatternGetString(fonts.fonts[number], b"family", place, name) == fontconfig.FcResultMatch:
            families.add(ffi.string(name[0]).decode(errors="replace"))
            place += 1
    return frozenset(families)


def _fetcher(files: frozenset[Path]) -> URLFetcher:
    """Return what a paper may load: `data:` and the font files named here. The library's own reads any file."""
    from weasyprint import URLFetcher
    from weasyprint.urls import URLFetcherResponse

    allowed = {path.as_uri() for path in files}

    class OwnOnly(URLFetcher):
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
            if not url.startswith("data:") and url not in allowed:
                # The library takes a ValueError as "not to be had" and goes on without.
                raise ValueError(f"A paper loads nothing from {url}.")
            return super().fetch(url, headers)

    return OwnOnly(allowed_protocols={"data", "file"}, allow_redirects=False)


def _cannot_print(packages: tuple[str, ...] | list[str]) -> NotNow:
    return NotNow(
        _("Papers cannot be printed on this machine: it lacks %(packages)s.") % {"packages": ", ".join(packages)},
        code="printing",
        next_step=_("The system administrator installs it with: %(command)s")
        % {"command": f"{INSTALL} {' '.join(packages)}"},
    )
