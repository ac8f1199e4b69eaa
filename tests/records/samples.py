"""Small true files of every accepted kind, and the tricks that must not pass for one."""

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

import openpyxl
from PIL import Image
from pypdf import PdfWriter

TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="{}"/></Types>'
)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACRO_WORD = "application/vnd.ms-word.document.macroEnabled.main+xml"
DOCUMENT = "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>{}</w:document>"


def pack(members: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(text: str = "第一条", more: Mapping[str, str | bytes] | None = None, *, types: str = WORD) -> bytes:
    body = {"[Content_Types].xml": TYPES.format(types), "word/document.xml": DOCUMENT.format(text)}
    return pack({**body, **(more or {})})


def ofd() -> bytes:
    return pack({"OFD.xml": "<ofd:OFD xmlns:ofd='http://www.ofdspec.org/2016'/>", "Doc_0/Document.xml": "<Document/>"})


def xlsx() -> bytes:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = "台账"
    book.save(out)
    return out.getvalue()


def pdf(pages: int = 1, *, password: str = "") -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def picture(form: str, *, size: tuple[int, int] = (40, 30), frames: int = 1) -> bytes:
    out = io.BytesIO()
    first, *others = [Image.effect_noise(size, 60) for _ in range(frames)]
    if frames > 1:
        first.save(out, form, save_all=True, append_images=others)
    else:
        first.save(out, form)
    return out.getvalue()


def compound(streams: dict[str, bytes]) -> bytes:
    """An OLE compound file with the streams under its root, each filled up to whole sectors of 512 bytes."""
    free, end, fat_mark = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    contents = [content.ljust(4096, b"\0") for content in streams.values()]
    fat = [fat_mark, end]  # sector 0 holds the FAT, sector 1 the folder
    starts = []
    for content in contents:
        starts.append(len(fat))
        count = -(-len(content) // 512)
        fat += [len(fat) + step + 1 for step in range(count - 1)] + [end]

    def entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0"
        return struct.pack("<64sHBBIII36sII4x", raw, len(raw), kind, 1, free, right, child, b"", start, size)

    folder = entry("Root Entry", 5, free, 1, end, 0)
    for number, (name, start, content) in enumerate(zip(streams, starts, contents, strict=True), start=1):
        folder += entry(name, 2, number + 1 if number < len(streams) else free, free, start, len(content))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109I", 0, *[free] * 108)
    table = struct.pack("<128I", *fat, *[free] * (128 - len(fat)))
    return header + table + folder.ljust(512, b"\0") + b"".join(contents)


WORD_HEAD = struct.pack("<H8xH", 0xA5EC, 0)
BOOK_HEAD = struct.pack("<HH16x", 0x0809, 16) + struct.pack("<HH", 0x0A, 0)


def doc(*, locked: bool = False) -> bytes:
    return compound({"WordDocument": struct.pack("<H8xH", 0xA5EC, 0x0100 if locked else 0), "1Table": b"x"})


def xls(*, locked: bool = False) -> bytes:
    start = struct.pack("<HH16x", 0x0809, 16)
    return compound({"Workbook": start + (struct.pack("<HH6x", 0x002F, 6) if locked else struct.pack("<HH", 0x0A, 0))})


ACCEPTED: dict[str, tuple[Callable[[], bytes], str]] = {
    "协议.pdf": (pdf, "application/pdf"),
    "协议.PDF": (pdf, "application/pdf"),
    "版式.ofd": (ofd, "application/ofd"),
    "稿.doc": (doc, "application/msword"),
    "稿.wps": (doc, "application/kswps"),
    "稿.docx": (docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "表.xls": (xls, "application/vnd.ms-excel"),
    "表.xlsx": (xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "照片.jpg": (lambda: picture("JPEG"), "image/jpeg"),
    "照片.jpeg": (lambda: picture("JPEG"), "image/jpeg"),
    "图.png": (lambda: picture("PNG"), "image/png"),
    "扫描.tif": (lambda: picture("TIFF", frames=3), "image/tiff"),
    "扫描.tiff": (lambda: picture("TIFF"), "image/tiff"),
}


def flagged_encrypted() -> bytes:
    """A docx whose members say that they are encrypted."""
    content = bytearray(docx())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(mark, at + 4)
    return bytes(content)


def bomb() -> bytes:
    return docx("", {"word/media/image1.bmp": bytes(50 * 1024 * 1024)})


def lying_bomb() -> bytes:
    """A member that unpacks to more than it says."""
    content = bytearray(docx("", {"word/media/a.bin": bytes(100_000)}))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.rfind(mark)
        struct.pack_into("<I", content, at + place, 10)
    return bytes(content)


def overlapping() -> bytes:
    """Two members that share their bytes, as in a bomb without nesting."""
    inside = zipfile.ZipInfo("word/media/b.bin")
    body = os.urandom(20_000)
    inside.CRC, inside.file_size, inside.compress_size = zlib.crc32(body), len(body), len(body)
    out = io.BytesIO(docx())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/media/a.bin", inside.FileHeader() + body)
        around = archive.getinfo("word/media/a.bin")
        inside.header_offset = around.header_offset + len(around.FileHeader())
        archive.filelist.append(inside)
    return out.getvalue()


def doubled_names() -> bytes:
    out = io.BytesIO(docx())
    with zipfile.ZipFile(out, "a") as archive:
        archive.NameToInfo.pop("word/document.xml")
        archive.writestr("word/document.xml", "<other/>")
    return out.getvalue()


def flipped_bit() -> bytes:
    content = bytearray(docx("x" * 4000, {"word/media/a.bin": bytes(range(256)) * 40}))
    content[content.find(b"word/media/a.bin") + 40] ^= 1
    return bytes(content)


def wide_png() -> bytes:
    """A PNG that claims 40,000 × 40,000 pixels."""
    content = bytearray(picture("PNG"))
    struct.pack_into(">II", content, 16, 40_000, 40_000)
    struct.pack_into(">I", content, 29, zlib.crc32(content[12:29]))
    return bytes(content)


EXE = b"MZ\x90\x00" + bytes(200)

REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "nothing": ("空.pdf", lambda: b"", "file_empty"),
    "program under another name": ("协议.pdf", lambda: EXE, "file_kind"),
    "program by its own name": ("协议.exe", lambda: EXE, "file_kind"),
    "page of HTML": ("a.pdf", lambda: b"<html><script>alert(1)</script></html>", "file_kind"),
    "SVG": ("a.png", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file_kind"),
    "plain archive": ("a.docx", lambda: pack({"a.txt": "x"}), "file_kind"),
    "name of another kind": ("a.docx", pdf, "file_name"),
    "name without ending": ("协议", pdf, "file_name"),
    "name with two endings": ("a.pdf.exe", pdf, "file_name"),
    "PDF with a password": ("a.pdf", lambda: pdf(password="secret"), "file_encrypted"),
    "PDF cut in half": ("a.pdf", lambda: pdf()[:300], "file_broken"),
    "PDF of rubbish": ("a.pdf", lambda: b"%PDF-1.7\n" + b"rubbish" * 50 + b"\n%%EOF\n", "file_broken"),
    "PDF after something else": ("a.pdf", lambda: b"\x00\x00" + pdf(), "file_kind"),
    "PDF with something behind": ("a.pdf", lambda: pdf() + b"<script>alert(1)</script>", "file_double"),
    "PDF that is a ZIP too": ("a.pdf", lambda: pdf() + docx(), "file_double"),
    "ZIP that is a PDF too": ("a.docx", lambda: docx()[:4] + b"%PDF-1.4" + docx()[4:], "file_double"),
    "archive with something before": ("a.docx", lambda: docx()[:60] + docx(), "file_double"),
    "archive with something behind": ("a.docx", lambda: docx() + b"MZ program", "file_double"),
    "picture that is a ZIP too": ("a.jpg", lambda: picture("JPEG") + docx(), "file_double"),
    "picture that is a PDF too": (
        "a.jpg",
        lambda: b"\xff\xd8\xff\xfe\x00\x0a%PDF-1.4" + picture("JPEG")[2:],
        "file_double",
    ),
    "PNG with something behind": ("a.png", lambda: picture("PNG") + b"<?php", "file_double"),
    "PNG cut off": ("a.png", lambda: picture("PNG")[:-40], "file_broken"),
    "PNG with a hole": ("a.png", lambda: picture("PNG")[:60] + picture("PNG")[400:], "file_broken"),
    "JPEG cut off": ("a.jpg", lambda: picture("JPEG", size=(200, 200))[:-900], "file_broken"),
    "TIFF cut off": ("a.tif", lambda: picture("TIFF")[:100], "file_broken"),
    "docx with macros by type": ("a.docx", lambda: docx(types=MACRO_WORD), "file_macros"),
    "docm by name": ("a.docm", lambda: docx(types=MACRO_WORD), "file_macros"),
    "docx with macros inside": ("a.docx", lambda: docx("", {"word/vbaProject.bin": b"x"}), "file_macros"),
    "docx that says it is encrypted": ("a.docx", flagged_encrypted, "file_encrypted"),
    "docx with a password": ("a.docx", lambda: compound({"EncryptedPackage": b"x"}), "file_encrypted"),
    "ofd with a password": ("a.ofd", lambda: pack({"OFD.xml": "<a/>", "Encryptions.xml": "<a/>"}), "file_encrypted"),
    "docx cut off": ("a.docx", lambda: docx()[:-30], "file_broken"),
    "docx with a flipped bit": ("a.docx", flipped_bit, "file_broken"),
    "docx with broken XML": ("a.docx", lambda: docx("<w:p>"), "file_broken"),
    "docx with an entity": (
        "a.docx",
        lambda: docx("", {"word/styles.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        "file_entities",
    ),
    "docx with an outer entity": (
        "a.docx",
        lambda: docx("", {"customXml/a.xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'}),
        "file_entities",
    ),
    "entity in UTF-16": (
        "a.docx",
        lambda: docx("", {"word/a.xml": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16")}),
        "file_entities",
    ),
    "zip bomb": ("a.docx", bomb, "file_limit"),
    "zip bomb that lies": ("a.docx", lying_bomb, "file_broken"),
    "too many members": ("a.docx", lambda: docx("", {f"m{n}": b"" for n in range(5_001)}), "file_limit"),
    "two members of one name": ("a.docx", doubled_names, "file_double"),
    "two members in one place": ("a.docx", overlapping, "file_double"),
    "member that leads out": ("a.docx", lambda: docx("", {"../../etc/cron.d/x": b"x"}), "file_path"),
    "too many pages": ("a.pdf", lambda: pdf(2_001), "file_limit"),
    "picture of too many pixels": ("a.png", wide_png, "file_limit"),
    "doc with a password": ("a.doc", lambda: doc(locked=True), "file_encrypted"),
    "xls with a password": ("a.xls", lambda: xls(locked=True), "file_encrypted"),
    "doc cut off": ("a.doc", lambda: doc()[:3000], "file_broken"),
    "doc of rubbish": ("a.doc", lambda: doc()[:512] + b"\xff" * 4000, "file_broken"),
    "compound file of another program": ("a.doc", lambda: compound({"Contents": b"x"}), "file_kind"),
}
