"""Word files built by hand, piece by piece, as programs really write them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BY = 'w:id="7" w:author="王工" w:date="2026-11-20T09:30:00Z"'


def run(text: str, properties: str = "") -> str:
    return f'<w:r>{f"<w:rPr>{properties}</w:rPr>" if properties else ""}<w:t xml:space="preserve">{text}</w:t></w:r>'


def par(content: str = "", properties: str = "") -> str:
    """A paragraph of runs; plain text is put into one."""
    inner = content if content.startswith("<") or not content else run(content)
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{inner}</w:p>"


def ins(content: str) -> str:
    return f"<w:ins {BY}>{content}</w:ins>"


def gone(text: str) -> str:
    return f'<w:del {BY}><w:r><w:delText xml:space="preserve">{text}</w:delText></w:r></w:del>'


def table(*rows: list[str]) -> str:
    return f"<w:tbl><w:tblPr/>{''.join(row(cells) for cells in rows)}</w:tbl>"


def row(cells: list[str], properties: str = "") -> str:
    drawn = "".join(
        f"<w:tc>{cell if cell.startswith('<') else ''.join(map(par, cell.split(chr(10))))}</w:tc>" for cell in cells
    )
    return f"<w:tr>{properties}{drawn}</w:tr>"


def docx(
    body: str,
    parts: Mapping[str, str] | None = None,
    *,
    main: str = _MAIN,
    extra: Mapping[str, bytes] | None = None,
    head: str = "",
) -> bytes:
    """A package around a body; `parts` are further parts by kind: styles, numbering, comments, footnotes."""
    parts = parts or {}
    links = "".join(
        f'<Relationship Id="r{number}" Type="{_REL}/{kind}" Target="{kind}.xml"/>' for number, kind in enumerate(parts)
    )
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
        ),
        "_rels/.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{_REL}/officeDocument" Target="word/document.xml"/></Relationships>'
        ),
        "word/document.xml": f"{head}<w:document {NAMES}><w:body>{body}<w:sectPr/></w:body></w:document>",
        "word/_rels/document.xml.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f"{links}</Relationships>"
        ),
        **{f"word/{kind}.xml": content for kind, content in parts.items()},
        **(extra or {}),
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def stream(*args: object, **kwargs: object) -> io.BytesIO:
    return io.BytesIO(docx(*args, **kwargs))  # type: ignore[arg-type]
