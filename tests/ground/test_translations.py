"""The catalogue command finds every message and every way a translation can be wrong."""

import json
from io import StringIO
from pathlib import Path

import polib
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from config.management.commands.translations import CATALOGUE, collect

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext_lazy
greeting = _("Hello %(name)s")
count = ngettext("%(n)d agreement", "%(n)d agreements", 3)
month = pgettext_lazy("month", "May")
long = _("part one "
         "and two")
"""
TEMPLATE = """{% load i18n %}{% translate "100% sure" %}
{% blocktranslate trimmed with who=name %}
    Sealed by
    {{ who }}
{% endblocktranslate %}
  <ul>
      <li>{{ _("Withdrawn") }}</li>
    </ul>"""
CHINESE = {
    "Hello %(name)s": "%(name)s，您好",
    "%(n)d agreement": "%(n)d 份协议",
    "month\u0004May": "五月",
    "part one and two": "第一部分和第二部分",
    "100%% sure": "确定无疑",
    "Sealed by %(who)s": "用印人：%(who)s",
    "Withdrawn": "已撤回",
}


@pytest.fixture
def project(tmp_path: Path, settings) -> Path:
    settings.BASE_DIR = tmp_path
    for name, text in {
        "app/__init__.py": "",
        "app/views.py": PYTHON,
        "app/migrations/0001_initial.py": '_("not screen text")',
        "tests/__init__.py": '_("not screen text")',
        "templates/page.html": TEMPLATE,
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("translations", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def translate(project: Path, chinese: dict[str, str]) -> None:
    folder = project / "fragments"
    folder.mkdir(exist_ok=True)
    (folder / "one.json").write_text(json.dumps(chinese))
    run("--update", "--from", str(folder))


def faults() -> str:
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("translations", "--check", stdout=out)
    return out.getvalue()


def test_messages_of_python_and_templates_are_found(project):
    assert set(collect(project)) == set(CHINESE)


def test_a_complete_catalogue_passes_and_is_stable(project):
    translate(project, CHINESE)
    assert "7 messages" in run("--check")
    before = (project / CATALOGUE).read_bytes()
    run("--update")
    assert (project / CATALOGUE).read_bytes() == before


@pytest.mark.parametrize(
    ("key", "wrong", "told"),
    [
        ("Withdrawn", "", "untranslated: 'Withdrawn'"),
        ("Withdrawn", "Withdrawn", "not Chinese: 'Withdrawn'"),
        ("Hello %(name)s", "%(nam)s，您好", "placeholders differ"),
        ("%(n)d agreement", "一份协议", "placeholders differ"),
    ],
)
def test_a_wrong_translation_is_named(project, key, wrong, told):
    translate(project, CHINESE | {key: wrong})
    assert told in faults()


def test_missing_and_obsolete_messages_are_named(project):
    translate(project, CHINESE)
    (project / "templates/page.html").write_text('{% load i18n %}{% translate "New" %}')
    found = faults()
    assert "missing: 'New'" in found
    assert "obsolete: 'Withdrawn'" in found


def test_a_fuzzy_entry_is_named(project):
    translate(project, CHINESE)
    path = project / CATALOGUE
    path.write_text(path.read_text().replace('msgid "Withdrawn"', '#, fuzzy\nmsgid "Withdrawn"'))
    assert "fuzzy: 'Withdrawn'" in faults()


def test_update_keeps_what_stands_and_drops_what_is_gone(project):
    translate(project, CHINESE)
    (project / "templates/page.html").write_text('{% load i18n %}{% translate "Withdrawn" %}')
    translate(project, CHINESE | {"Withdrawn": "另一个译法"})
    entries = {entry.msgid: entry.msgstr for entry in polib.pofile(str(project / CATALOGUE))}
    assert entries["Withdrawn"] == "已撤回"
    assert "100%% sure" not in entries


def test_two_fragments_that_differ_are_told(project):
    folder = project / "fragments"
    folder.mkdir()
    for name, chinese in (("a", "已撤回"), ("b", "撤回")):
        (folder / f"{name}.json").write_text(json.dumps({"Withdrawn": chinese}))
    assert "two translations: b.json" in run("--update", "--from", str(folder))


def test_two_plurals_of_one_singular_are_refused(project):
    (project / "app/other.py").write_text('ngettext("%(n)d agreement", "%(n)d deals", 2)')
    with pytest.raises(CommandError, match="two plurals"):
        run("--update")


def test_compile_writes_when_older_only(project):
    translate(project, CHINESE)
    run("--compile")
    compiled = (project / CATALOGUE).with_suffix(".mo")
    assert polib.mofile(str(compiled)).find("Withdrawn").msgstr == "已撤回"
    compiled.write_bytes(b"newer")
    run("--compile")
    assert compiled.read_bytes() == b"newer"


def test_a_broken_catalogue_is_a_clear_message(project):
    translate(project, CHINESE)
    (project / CATALOGUE).write_text("no catalogue")
    with pytest.raises(CommandError, match="cannot be read"):
        run("--check")


@pytest.mark.parametrize("arguments", [(), ("--check", "--from", "x")])
def test_unclear_orders_are_refused(project, arguments):
    with pytest.raises(CommandError):
        run(*arguments)
