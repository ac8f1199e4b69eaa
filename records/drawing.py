"""Drawing one page of a stored file, in a process of its own: `python -m records.drawing FORM PAGE < file > answer`.

Whatever a file does to the library that draws it, it does to this process, which holds nothing and may use little:
so much memory, so many seconds, no new file. The answer is PNG, or JSON for texts and tables; the exit code says why
there is none. Django is not loaded.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import warnings
from collections.abc import Callable
from itertools import islice
from typing import Any

MEMORY = 1024 * 1024 * 1024
SECONDS = 10
WIDTH, HEIGHT = 1400, 3200
SHARPEST = 3.0
LONGEST_TEXT = 200_000
ROWS, COLUMNS, LONGEST_CELL = 200, 30, 200
NO_PAGE, UNREADABLE, TOO_MUCH = 3, 4, 5


class NoPageError(Exception):
    """The file has no page of that number."""


def _pdf_pages(content: bytes) -> int:
    import pypdfium2

    return len(pypdfium2.PdfDocument(content))


def _pdf_page(content: bytes, number: int) -> bytes:
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    if not 1 <= number <= len(document):
        raise NoPageError
    page = document[number - 1]
    width, height = page.get_size()
    scale = min(WIDTH / max(width, 1), HEIGHT / max(height, 1), SHARPEST)
    return _png(page.render(scale=scale, may_draw_forms=False).to_pil())


def _picture_pages(content: bytes) -> int:
    from PIL import Image

    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "TIFF")) as image:
        return int(getattr(image, "n_frames", 1))


def _picture_page(content: bytes, number: int) -> bytes:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "TIFF")) as image:
        if not 1 <= number <= getattr(image, "n_frames", 1):
            raise NoPageError
        image.seek(number - 1)
        image.draft("RGB", (WIDTH, HEIGHT))
        image.thumbnail((WIDTH, HEIGHT))
        return _png(ImageOps.exif_transpose(image))


def _png(image: Any) -> bytes:
    """Return the bare pixels as PNG: on white where the picture lets through, with nothing it said of itself."""
    from PIL import Image

    layer = image.convert("RGBA")
    sheet = Image.new("RGB", layer.size, "white")
    sheet.paste(layer, mask=layer)
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def _text(content: bytes) -> dict[str, Any]:
    from core.docx import plain_text

    text = plain_text(io.BytesIO(content))
    return {"lines": text[:LONGEST_TEXT].splitlines(), "cut": len(text) > LONGEST_TEXT}


def _table(content: bytes) -> dict[str, Any]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    sheet = book.worksheets[0]
    found = [
        ["" if cell is None else str(cell)[:LONGEST_CELL] for cell in row[:COLUMNS]]
        for row in islice(sheet.iter_rows(values_only=True), ROWS + 1)
    ]
    wide = max((len(row) for row in found), default=0) >= COLUMNS
    return {"name": sheet.title, "rows": found[:ROWS], "cut": len(found) > ROWS or wide}


def _json(answer: object) -> bytes:
    return json.dumps(answer).encode()


FORMS: dict[str, Callable[[bytes, int], bytes]] = {
    "pdf-pages": lambda content, number: _json(_pdf_pages(content)),
    "pdf-page": _pdf_page,
    "picture-pages": lambda content, number: _json(_picture_pages(content)),
    "picture-page": _picture_page,
    "text": lambda content, number: _json(_text(content)),
    "table": lambda content, number: _json(_table(content)),
}


def main(form: str, number: str) -> int:
    """Draw one page of standard input on standard output; return the exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("ignore")
    try:
        answer = FORMS[form](sys.stdin.buffer.read(), int(number))
    except NoPageError:
        return NO_PAGE
    except MemoryError:
        return TOO_MUCH
    # A hostile file may raise whatever its reader happens to raise; the process ends here either way.
    except Exception:  # noqa: BLE001
        return UNREADABLE
    sys.stdout.buffer.write(answer)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
