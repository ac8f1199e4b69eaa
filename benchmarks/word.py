"""Sixty pages out as Word and back, against python-docx writing and reading the same paragraphs and tables."""

from __future__ import annotations

from io import BytesIO

from agreements.forms.text import TextForm
from agreements.models import Agreement, Safeguard, TextVersion
from agreements.word import export, plan
from core import docx
from core.docx.writing import Grid

CHARACTERS = 60 * 22 * 28
ROWS = 100
_SENTENCE = "（一）双方同意在产业、科技、人才等领域开展合作，2027年底前完成投资12,345.60万元，按季度会商进展。"


def sixty_pages() -> TextVersion:
    """Return a text of the bench's own case, filled to sixty pages of 22 lines with 28 characters, and 100 rows."""
    agreement = Agreement.objects.filter(texts__isnull=False).order_by("pk")[0]
    text = agreement.texts.order_by("-number")[0]
    clauses = list(text.clauses.all())
    for clause in clauses:
        clause.prose = "\n".join([_SENTENCE * 4] * (CHARACTERS // len(clauses) // (len(_SENTENCE) * 4) + 1))
        clause.omission_reason = ""
        clause.save()
    for number in range(ROWS):
        Safeguard.objects.create(clause=clauses[0], order=number, kind="policy", measure=f"第{number}项措施")
    return text


def ours(text: TextVersion) -> None:
    """Write the file, read it, match it to the draft."""
    content = export.export(text)
    found = plan.make(docx.read(BytesIO(content)), TextForm(text.agreement, text))
    if any(entry.is_changed for entry in found.clauses):
        raise RuntimeError("the round trip changed the text")


def floor(text: TextVersion) -> None:
    """Write the same paragraphs and cells with python-docx and read them again, without any meaning."""
    import docx as python_docx

    document = python_docx.Document()
    for element in export.elements(text):
        if isinstance(element, Grid):
            table = document.add_table(0, len(element.heads))
            for cells in [element.heads, *(row.cells for row in element.rows)]:
                for cell, words in zip(table.add_row().cells, cells, strict=True):
                    cell.text = words
        else:
            document.add_paragraph(element.text)
    stream = BytesIO()
    document.save(stream)
    read = python_docx.Document(stream)
    "\n".join(paragraph.text for paragraph in read.paragraphs)
    [[cell.text for cell in row.cells] for table in read.tables for row in table.rows]
