"""Rows of sheets drawn in one pass: a long text has thousands of cells, too many for a template each.

What is drawn is what Django's own widgets would draw in the product's dress (`core.templatetags.face.cell`); a test
holds the two side by side.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agreements.forms.sheets import Cell, Field, Note, PartRow
from core.templatetags.face import icon

NUMBER = "__prefix__"
"""Stands for the number of a row in the pattern of a sheet's rows, as in Django's empty forms."""


def escape(value: object) -> str:
    """Return a value as text in HTML; Django's own function asks first whether each is lazy."""
    return html.escape(str(value))


def row(form: PartRow) -> SafeString:
    """Return a row of a sheet as HTML: its cells, and what copies and deletes it."""
    cells = "".join(_cell(cell, _hidden(form) if place == 0 else "") for place, cell in enumerate(form.cells))
    return SafeString(f'<tr role="row">{cells}{_acts(form)}</tr>')


def _hidden(form: PartRow) -> str:
    return _input(form["lineage"], "hidden", {})


def _cell(cell: Cell, hidden: str) -> str:
    mark = f' class="{cell.mark}"' if cell.mark else ""
    fields = "".join(_field(field) for field in cell.fields)
    return f'<td role="cell" data-l="{escape(cell.label)}"{mark}>{hidden}<div>{fields}</div></td>'


def _field(field: Field) -> str:
    anchor = f' id="{escape(field.anchor)}"' if field.anchor else ""
    return f'<div class="at"{anchor}>{control(field.bound)}{_about(field.bound)}{_note(field.note)}</div>'


def control(bound: forms.BoundField) -> str:
    """Return the widget of a cell."""
    widget = bound.field.widget
    attrs: dict[str, Any] = {**widget.attrs, "class": f"{widget.attrs.get('class', '')} cell".strip()}
    attrs["aria-label"] = str(bound.label)
    if isinstance(widget, forms.Select):
        return f"<select{_common(bound, attrs)}>{''.join(_options(bound))}</select>"
    if isinstance(widget, forms.Textarea):
        value = widget.format_value(bound.value())
        # The first line end after the tag is not part of the text.
        return f"<textarea{_common(bound, attrs)}>\n{escape(value) if value is not None else ''}</textarea>"
    return _input(bound, str(getattr(widget, "input_type", "text")), attrs)


def _input(bound: forms.BoundField, kind: str, attrs: Mapping[str, Any]) -> str:
    value = bound.field.widget.format_value(bound.value())
    given = "" if value in (None, "") else f' value="{escape(value)}"'
    return f'<input type="{kind}"{given}{_common(bound, attrs)}>'


def _options(bound: forms.BoundField) -> Iterator[str]:
    chosen = str(bound.value() if bound.value() is not None else "")
    widget: Any = bound.field.widget
    for value, label in widget.choices:
        mark = " selected" if str(value) == chosen else ""
        yield f'<option value="{escape(value)}"{mark}>{escape(label)}</option>'


def _common(bound: forms.BoundField, attrs: Mapping[str, Any]) -> str:
    given: dict[str, Any] = {"name": bound.html_name, "id": bound.auto_id, **attrs}
    if bound.errors:
        given["aria-invalid"] = "true"
    notes = [f"{bound.auto_id}_helptext"] if bound.help_text else []
    notes += [f"{bound.auto_id}_error"] if bound.errors else []
    if notes:
        given["aria-describedby"] = " ".join(notes)
    return "".join(f' {name}="{escape(value)}"' for name, value in given.items() if value not in (None, False))


def _about(bound: forms.BoundField) -> str:
    help_text, errors = bound.help_text, bound.errors
    text = f'<span class="vh" id="{bound.auto_id}_helptext">{escape(help_text)}</span>' if help_text else ""
    if not errors:
        return text
    words = escape(" ".join(map(str, errors)))
    return f'{text}<p class="err" id="{bound.auto_id}_error">{icon("late")}<span>{words}</span></p>'


def _note(note: Note | None) -> str:
    if note is None:
        return ""
    off = f" {note.kind}--off" if note.off else ""
    sign = icon("warn" if note.off else "check") if note.text and note.kind == "sum" else ""
    return f'<p class="{note.kind}{off}" data-note="{note.kind}">{sign}<span>{escape(note.text)}</span></p>'


def _acts(form: PartRow) -> str:
    delete = form["DELETE"]
    ticked = " checked" if delete.value() else ""
    return (
        f'<td role="cell" data-l="{escape(_("Row"))}" class="sheet__del"><div>'
        f'<button class="sheet__copy js-only" type="button" data-do="copy-row">{icon("copy")}'
        f'<span class="vh">{escape(_("Copy this row"))}</span></button>'
        f'<label><input type="checkbox" name="{delete.html_name}" id="{delete.auto_id}"{ticked}>{icon("x")}'
        f'<span class="vh">{escape(_("Delete this row"))}</span></label></div></td>'
    )
