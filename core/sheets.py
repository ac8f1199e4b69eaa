"""Excel sheets: what the screen shows, as a workbook an office can print and that runs nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.worksheet import Worksheet

from core.verdicts import Wording

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
HEADER_ROW = 3
LONGEST_CELL = 32_767
_WIDTHS = (6, 60)
_LINE = Side(style="thin", color="B8C0CA")


def workbook(title: Wording, columns: Sequence[Wording], rows: Iterable[Sequence[object]], subtitle: Wording) -> bytes:
    """Return a one-sheet workbook: title, subtitle (unit, time), header row that stays in sight, the rows.

    Words are text cells, numbers of documents too; a day is a day, an amount a number. What a spreadsheet program
    could take for a formula (= + - @, a tab, also full-width) stays the text it is, also when the cell is edited.
    The sheet prints on A4 landscape with the header on every page.
    """
    body = [[_value(entry) for entry in row] for row in rows]
    book = Workbook(write_only=True)
    sheet: WriteOnlyWorksheet = book.create_sheet(_sheet_name(str(title)))
    for number, width in enumerate(_widths([str(column) for column in columns], body), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = f"A{HEADER_ROW + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    sheet.append([_cell(sheet, str(title), font=Font(size=16, bold=True), alignment=Alignment(vertical="center"))])
    sheet.append([_cell(sheet, str(subtitle), font=Font(color="5C6674"))])
    head = {"font": Font(bold=True), "alignment": Alignment(wrap_text=True), "border": Border(bottom=_LINE)}
    sheet.append([_cell(sheet, str(column), **head) for column in columns])
    plain = {"alignment": Alignment(wrap_text=True, vertical="top"), "border": Border(bottom=_LINE)}
    for row in body:
        sheet.append([_cell(sheet, entry, **plain) for entry in row])
    # Excel needs the area named; the sheet itself only knows it once all rows are written.
    sheet.print_area = f"A1:{get_column_letter(max(len(columns), 1))}{HEADER_ROW + len(body)}"
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _value(entry: object) -> str | int | Decimal | date | None:
    if entry is None or (isinstance(entry, int | Decimal) and not isinstance(entry, bool)):
        return entry
    if isinstance(entry, datetime):
        return timezone.localtime(entry).strftime("%Y-%m-%d %H:%M")
    if isinstance(entry, date):
        return entry
    return str(ILLEGAL_CHARACTERS_RE.sub("", str(entry)))[:LONGEST_CELL]


def _cell(sheet: WriteOnlyWorksheet, value: object, **style: object) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=value)
    for name, entry in style.items():
        setattr(cell, name, entry)
    if isinstance(value, str):
        cell.data_type = "s"  # the library takes a leading = for a formula
        cell.quotePrefix = value.lstrip(" ")[:1] in FORMULA_STARTS
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    return cell


def _sheet_name(title: str) -> str:
    return "".join(" " if letter in "[]:*?/\\'" else letter for letter in title).strip()[:31] or "1"


def _widths(columns: Sequence[str], body: Sequence[Sequence[object]]) -> list[int]:
    """Return column widths that fit the content; a Chinese character takes two places."""
    least, most = _WIDTHS
    widths = [_places(column) for column in columns]
    for row in body:
        for index, entry in enumerate(row[: len(widths)]):
            widths[index] = max(widths[index], 10 if isinstance(entry, date) else _places(str(entry or "")))
    return [min(max(width + 2, least), most) for width in widths]


def _places(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in words)
