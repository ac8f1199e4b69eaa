"""What the evidence says against itself: every changed, cut, swapped, restored-old, missing or extra piece, named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypedDict

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models

from records import append_only, checkpoints, files, trail
from records.mac import mac
from records.models import Event, NumberSeries, StoredFile


class Finding(TypedDict, total=False):
    """One thing that does not hold; it names a `table` or a `file`, never both."""

    kind: str
    table: str
    file: str
    id: int | str | None
    field: str
    expected: str
    found: str


Check = Callable[[], Iterable[Finding]]

_checks: list[Check] = []


def check(function: Check) -> Check:
    """Add a check of an upper app to `findings`."""
    _checks.append(function)
    return function


def findings() -> list[Finding]:
    """Return everything that does not hold; an empty list is a sound system. Reads every event and every file."""
    own: tuple[Check, ...] = (_triggers, _references, _stored_files, _extra_files)
    found = [finding for look in (*own, *_checks) for finding in look()]
    try:
        return [*found, *_chains()]
    except ImproperlyConfigured as error:
        missing = Finding(kind="key_missing", file=str(settings.AUDIT_KEY_FILE), id=None, field="key")
        return [*found, missing | {"expected": "the key that sealed the chains", "found": str(error)}]


def _chains() -> Iterator[Finding]:
    """Walk every chain once; a chain end that a checkpoint saw and the walk did not has been cut or set back."""
    table = Event._meta.db_table
    ends: dict[str, tuple[int, str]] = {}
    yield from _checkpoint_lines(ends)
    awaited = dict(ends)

    def watched() -> Iterator[Event]:
        for event in Event.objects.order_by("chain", "sequence").iterator(chunk_size=2_000):
            if awaited.get(event.chain) == (event.sequence, event.mac):
                del awaited[event.chain]
            yield event

    for broken in trail.breaks(watched()):
        yield Finding(
            kind=broken.kind,
            table=table,
            id=broken.event_id,
            field=broken.field,
            expected=broken.expected,
            found=broken.found,
        )
    for chain, (sequence, seal) in awaited.items():
        last = trail.history(chain).last()
        yield Finding(
            kind="chain_cut",
            table=table,
            id=last.pk if last else None,
            field="mac",
            expected=f"{chain} {sequence} {seal}",
            found=f"{chain} {last.sequence} {last.mac}" if last else f"{chain} is gone",
        )


def _checkpoint_lines(ends: dict[str, tuple[int, str]]) -> Iterator[Finding]:
    """Check the file of checkpoints and fill `ends` with the last end it saw of each chain."""
    name = str(checkpoints.path())
    number, previous = 0, ""
    for place, line in checkpoints.lines():
        seal = line.pop("mac") if line else ""
        if line is None or seal != mac(line):
            expected = f"as sealed by {seal}" if seal else "a line of JSON"
            yield Finding(
                kind="checkpoint_changed", file=name, id=place, field="line", expected=expected, found="altered"
            )
            number, previous = number + 1, seal
            continue
        if line["previous"] != previous or line["number"] != number + 1:
            yield Finding(
                kind="checkpoint_missing",
                file=name,
                id=place,
                field="number",
                expected=str(number + 1),
                found=str(line["number"]),
            )
        number, previous = line["number"], seal
        ends.update({chain: (end[0], end[1]) for chain, end in line["ends"].items()})
    series = NumberSeries.objects.filter(scope=checkpoints.SERIES).first()
    if series and series.last > number:
        yield Finding(
            kind="checkpoint_missing", file=name, id=None, field="number", expected=str(series.last), found=str(number)
        )


def _triggers() -> Iterator[Finding]:
    for table, name in append_only.missing():
        yield Finding(
            kind="trigger_missing", table=table, id=None, field=name, expected="standing", found="gone, off or altered"
        )


def _stored_files() -> Iterator[Finding]:
    for stored in StoredFile.objects.iterator():
        place = str(files.place(stored.sha256))
        try:
            sha256, sm3, size = files.digests(stored)
        except OSError as error:
            yield Finding(
                kind="file_missing",
                file=place,
                id=stored.pk,
                field="sha256",
                expected=stored.sha256,
                found=type(error).__name__,
            )
            continue
        pairs = [("sha256", stored.sha256, sha256), ("size", str(stored.size), str(size))]
        if stored.sm3 and sm3:
            pairs.append(("sm3", stored.sm3, sm3))
        for field, expected, found in pairs:
            if expected != found:
                yield Finding(
                    kind="file_changed", file=place, id=stored.pk, field=field, expected=expected, found=found
                )


def _extra_files() -> Iterator[Finding]:
    for path in files.orphans():
        yield Finding(
            kind="file_extra", file=str(path), id=None, field="row", expected="a row that names it", found="none"
        )


def _references() -> Iterator[Finding]:
    """Ask every foreign key of every table for rows whose target is gone, on either database.

    The history of a row keeps its old keys without a promise that their targets stay: those are passed over.
    """
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        for field in model._meta.local_concrete_fields:
            if isinstance(field, models.ForeignKey) and getattr(field, "db_constraint", True):
                yield from _dangling(model, field)


def _dangling(model: type[models.Model], field: models.ForeignKey[models.Model, models.Model]) -> Iterator[Finding]:
    quote = connection.ops.quote_name
    table, key, column = (quote(name) for name in (model._meta.db_table, str(model._meta.pk.column), str(field.column)))
    target, wanted = field.related_model._meta.db_table, quote(str(field.target_field.column))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT child.{key}, child.{column} FROM {table} child"  # noqa: S608 - names of our own tables
            f" LEFT JOIN {quote(target)} parent ON parent.{wanted} = child.{column}"
            f" WHERE child.{column} IS NOT NULL AND parent.{wanted} IS NULL"
        )
        for pk, value in cursor.fetchall():
            yield Finding(
                kind="reference_broken",
                table=model._meta.db_table,
                id=pk,
                field=field.column,
                expected=f"a row of {target}",
                found=str(value),
            )
