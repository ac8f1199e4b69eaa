"""Keep the Chinese catalogue complete without the GNU gettext programs."""

import json
import os
import re
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.template import templatize

CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
NOT_SCREEN_TEXT = {"tests", "tools", "benchmarks"}
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
CONTEXT_MARK = "\u0004"  # between context and message, as in compiled catalogues
# A bare %s or %d counts by its place; `%%` is a percent sign and no placeholder.
PLACEHOLDER = re.compile(r"%%|%\(\w+\)[sdf]|%[sdf]|\{\w*\}")
CHINESE = re.compile(r"[\u3400-\u9fff]")
# Names and format letters that a Chinese office writes as they stand.
AS_IT_STANDS = {"English", "Excel", "Word"}
HEADER = {
    "Project-Id-Version": "cooperation-agreements",
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}


class Message(NamedTuple):
    """One text of the screen: its context ("" for none), the English, and the English plural ("" for none)."""

    context: str
    singular: str
    plural: str

    @property
    def key(self) -> str:
        return f"{self.context}{CONTEXT_MARK}{self.singular}" if self.context else self.singular


def sources(base: Path) -> Iterator[Path]:
    """Our Python modules and templates below `base`, in a stable order; migrations and tests hold no screen text."""
    for folder in sorted(base.iterdir()):
        package = (folder / "__init__.py").exists() and folder.name not in NOT_SCREEN_TEXT
        if package or folder.name == "templates":
            for path in sorted(folder.rglob("*")):
                if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                    yield path


def messages_of(path: Path) -> Iterator[Message]:
    """The messages marked for translation in one file."""
    from babel.messages.extract import extract  # a library of the checks, absent where the product only runs

    text = path.read_text(encoding="utf-8")
    # A template's indentation would be read as Python's.
    code = text if path.suffix == ".py" else re.sub(r"^[ \t]+", "", templatize(text, origin=str(path)), flags=re.M)
    for _line, found, _comments, context in extract("python", BytesIO(code.encode()), keywords=KEYWORDS):
        singular, plural = (found[0], found[1]) if isinstance(found, tuple) else (found, "")
        yield Message(context or "", singular, plural)


def collect(base: Path) -> dict[str, Message]:
    """All messages of the product by key. One English singular has one plural: two raise CommandError."""
    found: dict[str, Message] = {}
    for path in sources(base):
        for message in messages_of(path):
            known = found.get(message.key)
            if known and known.plural and message.plural and known.plural != message.plural:
                raise CommandError(f"{path}: {message.singular!r} has two plurals")
            if not known or message.plural:
                found[message.key] = message
    return dict(sorted(found.items()))


def key_of(entry: polib.POEntry) -> str:
    return Message(entry.msgctxt or "", entry.msgid, "").key


def chinese_of(entry: polib.POEntry) -> str:
    return str(entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr)


def placeholders(text: str) -> list[str]:
    return sorted(mark for mark in PLACEHOLDER.findall(text) if mark != "%%")


def needs_chinese(message: Message) -> bool:
    """Whether words remain once placeholders, tags, names and abbreviations are taken out."""
    plain = re.sub(r"<[^>]*>|&\w+;", " ", PLACEHOLDER.sub(" ", message.singular))
    return any(word not in AS_IT_STANDS and re.search("[a-z]{2}", word) for word in re.findall(r"[A-Za-z]+", plain))


def faults(messages: dict[str, Message], catalogue: polib.POFile) -> Iterator[str]:
    """Every way in which the catalogue is not the complete Chinese of the messages, one line each."""
    entries = {key_of(entry): entry for entry in catalogue if not entry.obsolete}
    for key, message in messages.items():
        entry = entries.get(key)
        if entry is None:
            yield f"missing: {key!r}"
            continue
        chinese = chinese_of(entry)
        if (entry.msgid_plural or "") != message.plural:
            yield f"plural differs: {key!r}"
        if not chinese.strip():
            yield f"untranslated: {key!r}"
        elif placeholders(chinese) != placeholders(message.plural or message.singular):
            yield f"placeholders differ: {key!r} -> {chinese!r}"
        elif needs_chinese(message) and not CHINESE.search(chinese):
            yield f"not Chinese: {key!r} -> {chinese!r}"
    for entry in catalogue:
        if entry.fuzzy:
            yield f"fuzzy: {key_of(entry)!r}"
        if entry.obsolete or key_of(entry) not in messages:
            yield f"obsolete: {key_of(entry)!r}"


def read_fragments(folder: Path) -> tuple[dict[str, str], list[str]]:
    """Translations from the flat JSON files {key: Chinese} of `folder`; the first file wins, differences are told."""
    merged: dict[str, str] = {}
    differing = []
    for path in sorted(folder.glob("*.json")):
        for key, chinese in json.loads(path.read_text(encoding="utf-8")).items():
            if merged.setdefault(key, chinese) != chinese:
                differing.append(f"{path.name}: {key!r} is {merged[key]!r} elsewhere, {chinese!r} here")
    return merged, differing


def updated(messages: Iterable[Message], catalogue: polib.POFile, offered: dict[str, str]) -> polib.POFile:
    """A catalogue of exactly these messages: translations kept where they stand, else taken from `offered`."""
    known = {key_of(entry): chinese_of(entry) for entry in catalogue if not entry.obsolete}
    result = polib.POFile(wrapwidth=120)
    result.header = "Screen texts in Chinese, in the order of `manage.py translations --update`."
    result.metadata = dict(HEADER)
    for message in messages:
        chinese = known.get(message.key) or offered.get(message.key, "")
        entry = polib.POEntry(msgid=message.singular, msgctxt=message.context or None)
        if message.plural:
            entry.msgid_plural = message.plural
            entry.msgstr_plural = {0: chinese}
        else:
            entry.msgstr = chinese
        if "%" in message.singular + message.plural:
            entry.flags = ["python-format"]
        result.append(entry)
    return result


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file at once, so that a process that reads it meanwhile never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_bytes(content)
    partial.replace(path)


class Command(BaseCommand):
    help = "Check, update or compile the Chinese catalogue of the screen texts."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="exit 1 and list what is not wholly translated")
        parser.add_argument("--update", action="store_true", help="take up new messages, drop those no longer used")
        parser.add_argument("--from", dest="folder", type=Path, help="with --update: JSON files {English: Chinese}")
        parser.add_argument("--compile", action="store_true", help="write the .mo when it is older than its .po")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["folder"] and not options["update"]:
            raise CommandError("--from goes with --update")
        if not (options["check"] or options["update"] or options["compile"]):
            raise CommandError("say what to do: --check, --update or --compile")
        base = Path(settings.BASE_DIR)
        path = base / CATALOGUE
        if options["update"]:
            self.update(base, path, options["folder"])
        if options["check"]:
            self.check_complete(base, path)
        if options["compile"]:
            self.compile(path)

    def update(self, base: Path, path: Path, folder: Path | None) -> None:
        offered, differing = read_fragments(folder) if folder else ({}, [])
        for line in differing:
            self.stderr.write(f"two translations: {line}")
        result = updated(collect(base).values(), self.read(path), offered)
        write_whole(path, str(result).encode())
        empty = sum(not chinese_of(entry) for entry in result)
        self.stdout.write(f"{len(result)} messages, {empty} without a translation")

    def check_complete(self, base: Path, path: Path) -> None:
        messages = collect(base)
        found = list(faults(messages, self.read(path)))
        for line in found:
            self.stdout.write(line)
        if found:
            raise CommandError(f"the Chinese catalogue has {len(found)} faults")
        self.stdout.write(f"{len(messages)} messages, all translated")

    def compile(self, path: Path) -> None:
        target = path.with_suffix(".mo")
        if path.exists() and not (target.exists() and target.stat().st_mtime >= path.stat().st_mtime):
            write_whole(target, self.read(path).to_binary())

    @staticmethod
    def read(path: Path) -> polib.POFile:
        """The catalogue as it stands; an empty one before the first update."""
        try:
            return polib.pofile(str(path), wrapwidth=120) if path.exists() else polib.POFile(wrapwidth=120)
        except (OSError, UnicodeDecodeError) as broken:  # polib reports a syntax error as OSError
            raise CommandError(f"{path} cannot be read: {broken}") from broken
