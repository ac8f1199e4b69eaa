"""Papers of the demonstration: one-page PDF files that say what they stand for, made here and nowhere scanned."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

NOTE = "演示用文件，不具有任何效力"
NOTE_LATIN = "Demonstration file without any effect"
_FONTS = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>",
    (
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 7 0 R"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 >>"
    ),
    (
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0"
        b" /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
    ),
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
)


def scan(title: str, *lines: str) -> SimpleUploadedFile:
    """Return a PDF of one A4 page under the name of `title`: the title, the lines, the note that it is no paper.

    Written by hand in the typeface that readers of Chinese PDF bring along, with the note in Latin letters for the
    others: the typesetter would take longer than all cases, and asks for libraries a bare machine lacks.
    """
    return SimpleUploadedFile(f"{title}.pdf", _document([title, *lines, NOTE]), content_type="application/pdf")


def _document(lines: list[str]) -> bytes:
    drawn = []
    for number, line in enumerate(lines):
        size, height = (18, 740) if not number else (12, 700 - 24 * number)
        drawn.append(f"BT /F1 {size} Tf 72 {height} Td <{line.encode('utf-16-be').hex()}> Tj ET")
    drawn.append(f"BT /F2 10 Tf 72 72 Td ({NOTE_LATIN}) Tj ET")
    content = "\n".join(drawn).encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R /F2 8 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        *_FONTS,
    )
    body, places = b"%PDF-1.4\n", []
    for number, entry in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, entry)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (
            len(objects) + 1,
            table,
            len(objects) + 1,
            len(body),
        )
    )
