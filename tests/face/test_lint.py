"""The pages stay within what Chromium 86 understands, within the content security policy, and within the intranet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
TEMPLATES = sorted(path for path in ROOT.glob("**/templates/**/*.html") if ".venv" not in path.parts)

# What arrived after Chromium 86. Flex `gap` arrived with 84 and may be used.
NEWER_CSS = {
    "parent selector": r":has\(",
    "selector lists": r":(is|where)\(",
    "nesting": r"(^|\s)&",
    "cascade layers": r"@layer",
    "container queries": r"@container|container-(type|name)\s*:",
    "scoping": r"@scope|@starting-style",
    "colour functions": r"color-mix\(|oklch\(|oklab\(|light-dark\(|\blch\(",
    "aspect-ratio": r"aspect-ratio\s*:",
    "inset": r"(^|[\s;{])inset(-block|-inline)?\s*:",
    "logical shorthands": r"(margin|padding)-(inline|block)\s*:",
    "accent-color": r"accent-color\s*:",
    "individual transforms": r"(^|[\s;{])(translate|rotate|scale)\s*:",
    "text-wrap": r"text-wrap\s*:",
    "underline offset": r"text-underline-offset|text-decoration-thickness",
    "new viewport units": r"\d(dv|sv|lv)(h|w)\b",
    "overflow clip": r"overflow(-[xy])?\s*:\s*clip",
    "subgrid": r"subgrid",
    "range media queries": r"@media[^{]*[<>]",
    "autofill": r":autofill|:user-(in)?valid|:modal|:popover-open",
    "scrollbar-gutter": r"scrollbar-gutter|field-sizing|content-visibility\s*:\s*auto",
}
NEWER_JS = {
    "replaceAll": r"\.replaceAll\(",
    "at": r"\.at\(",
    "logical assignment": r"(\?\?|\|\||&&)=",
    "findLast": r"\.findLast(Index)?\(",
    "structuredClone": r"structuredClone\(",
    "hasOwn": r"Object\.hasOwn\(|Object\.groupBy",
    "changing copies": r"\.(toSorted|toReversed|toSpliced)\(",
    "class static blocks": r"static\s*\{",
    "error causes": r"\bcause\s*:",
    "AbortSignal helpers": r"AbortSignal\.(timeout|any)\(",
    "randomUUID": r"randomUUID\(",
    "Promise.withResolvers": r"Promise\.(withResolvers|try)\(",
    "popover and inert": r"\.(showPopover|inert)\b",
    "evaluation": r"\beval\(|new Function\(|setTimeout\(\s*[\"']",
}


def without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_styles_use_nothing_newer_than_the_floor(path: Path) -> None:
    text = without_comments(path.read_text(encoding="utf-8"))
    assert {name for name, pattern in NEWER_CSS.items() if re.search(pattern, text, re.M)} == set()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_use_nothing_newer_than_the_floor(path: Path) -> None:
    text = without_comments(path.read_text(encoding="utf-8"))
    assert {name for name, pattern in NEWER_JS.items() if re.search(pattern, text, re.M)} == set()


@pytest.mark.parametrize("path", [*STYLES, *SCRIPTS], ids=lambda path: path.name)
def test_assets_ask_for_nothing_outside(path: Path) -> None:
    text = without_comments(path.read_text(encoding="utf-8"))
    assert re.findall(r"https?://\S+|url\(\s*[\"']?//|@import", text) == []


@pytest.mark.parametrize("path", [*STYLES, *SCRIPTS], ids=lambda path: path.name)
def test_an_asset_stays_readable(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_hold_no_inline_style_script_or_handler(path: Path) -> None:
    text = re.sub(r"\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S)
    printed = "papers" in path.parts  # sheets for the printer carry their style with them
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", text)
    assert not re.search(r"(href|src|action)=[\"'](https?:)?//", text)
    assert not re.search(r"javascript:", text)
    if not printed:
        assert not re.search(r"<style|<[^>]*\sstyle\s*=", text)


def test_every_icon_is_in_the_sprite() -> None:
    sprite = (ROOT / "templates" / "parts" / "sprite.html").read_text(encoding="utf-8")
    known = set(re.findall(r'id="i-([\w-]+)"', sprite))
    used = {
        (path.name, name)
        for path in TEMPLATES
        for name in re.findall(r"\{% icon [\"']([\w-]+)[\"']", path.read_text(encoding="utf-8"))
    }
    assert {(where, name) for where, name in used if name not in known} == set()


def test_every_asset_named_in_a_template_exists() -> None:
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(r"\{% static [\"']([^\"']+)[\"']", path.read_text(encoding="utf-8"))
        if not name.startswith("admin/")
    }
    assert {name for name in named if not (ROOT / "static" / name).exists()} == set()


def tokens() -> dict[str, str]:
    text = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", text))


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        *((ink, ground) for ink in ("ink", "ink-2", "ink-3", "blue-700") for ground in ("paper", "ground", "blue-50")),
        ("red-700", "paper"),
        ("red-700", "red-50"),
        ("paper", "blue-700"),
        ("paper", "blue-900"),
        ("blue-900", "blue-100"),
        *((f"{light}-ink", f"{light}-bg") for light in ("ok", "warn", "late", "none")),
    ],
)
def test_text_can_be_read_on_its_ground(ink: str, ground: str) -> None:
    assert contrast(tokens()[ink], tokens()[ground]) >= 4.5


def test_the_edge_of_an_input_can_be_seen() -> None:
    assert contrast(tokens()["edge"], tokens()["paper"]) >= 3
