"""Pictures: of a size that can be drawn, whole, and nothing behind them."""

from __future__ import annotations

import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from PIL import Image, ImageFile

from records.inspection.kinds import CHUNK, KINDS, MAX_PAGES, MAX_PIXELS, Kind
from records.inspection.refusals import PARSER_FAULTS, broken, double, too_many_pages, too_many_pixels

_LONGEST_PART = 64 * 1024
# After a scan's FF a zero is a literal FF and D0 to D7 are restarts; anything else ends the scan.
_MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])")
_END_OF_IMAGE = 0xD9
_MARKUP = re.compile(rb"<(?:script|html|head|body|iframe|svg|\?php|!doctype)\b", re.IGNORECASE)
_TAIL = 64 * 1024


def png(stream: BinaryIO, size: int, name: str) -> Kind:
    """Return the kind of a PNG that holds; raise BadInput otherwise."""
    _measure(stream, name, "PNG", draw=False)
    try:
        _unpack_png(stream, name)
        if stream.read(1):
            raise double(name)
    except PARSER_FAULTS as error:
        raise broken(name) from error
    return KINDS["png"]


def jpeg(stream: BinaryIO, size: int, name: str) -> Kind:
    """Return the kind of a JPEG that holds; raise BadInput otherwise."""
    _measure(stream, name, "JPEG")
    stream.seek(0)
    content = stream.read()
    end = _end_of_jpeg(content)
    # A camera may put a smaller copy behind the picture, which is a JPEG again; and fill up with zeros.
    while content.startswith(b"\xff\xd8\xff", end):
        end = _end_of_jpeg(content, end)
    if content[end:].strip(b"\x00"):
        raise double(name)
    return KINDS["jpg"]


def tiff(stream: BinaryIO, size: int, name: str) -> Kind:
    """Return the kind of a TIFF that holds; raise BadInput otherwise."""
    _measure(stream, name, "TIFF")
    # Its parts may lie in any order, so that only what another program would take for its own can be looked for.
    stream.seek(max(0, size - _TAIL))
    if _MARKUP.search(stream.read()):
        raise double(name)
    return KINDS["tif"]


def _measure(stream: BinaryIO, name: str, form: str, *, draw: bool = True) -> None:
    """Measure every frame and draw the first and the last: a picture that cannot be drawn to its end is damaged."""
    stream.seek(0)
    # The typesetter of papers lets Pillow fill up pictures that are cut off, for the whole process; not here.
    lenient, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        # Pillow warns of odd metadata, which is no reason to refuse, and of many pixels, which is counted here.
        with warnings.catch_warnings(action="ignore"), Image.open(stream, formats=(form,)) as image:
            frames = getattr(image, "n_frames", 1)
            if frames > MAX_PAGES:
                raise too_many_pages(name)
            for frame in range(frames):
                image.seek(frame)
                if image.width * image.height > MAX_PIXELS:
                    raise too_many_pixels(name)
                if draw and frame in (0, frames - 1):
                    image.draft("RGB", (image.width // 8, image.height // 8))  # a JPEG is drawn small: less memory
                    image.load()
    except Image.DecompressionBombError as error:
        raise too_many_pixels(name) from error
    except PARSER_FAULTS as error:
        raise broken(name) from error
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient


def _unpack_png(stream: BinaryIO, name: str) -> None:
    """Read a PNG part by part up to its end, unpacking the picture without keeping it."""
    stream.seek(8)
    unpacker, unpacked = zlib.decompressobj(), 0
    while True:
        head = stream.read(8)
        length, kind = struct.unpack(">I4s", head)
        check = zlib.crc32(kind)
        for piece in _pieces(stream, length):
            check = zlib.crc32(piece, check)
            if kind != b"IDAT":
                continue
            while piece and not unpacker.eof:
                unpacked += len(unpacker.decompress(piece, CHUNK))
                piece = unpacker.unconsumed_tail
                if unpacked > MAX_PIXELS * 9:  # eight bytes a pixel and the filters
                    raise too_many_pixels(name)
        if stream.read(4) != struct.pack(">I", check):
            raise ValueError("checksum")
        if kind == b"IEND":
            break
    while not unpacker.eof and unpacker.decompress(b"", CHUNK):
        pass
    if not unpacker.eof:
        raise ValueError("picture cut off")


def _pieces(stream: BinaryIO, length: int) -> Iterator[bytes]:
    while length:
        piece = stream.read(min(length, _LONGEST_PART))
        if not piece:
            raise EOFError
        length -= len(piece)
        yield piece


def _end_of_jpeg(content: bytes, start: int = 0) -> int:
    """Return where a JPEG ends, following its markers; where it has no end, the length of the content."""
    place = start + 2
    while (found := _MARKER.search(content, place)) is not None:
        marker, place = found.group(1)[0], found.end()
        if marker == _END_OF_IMAGE:
            return place
        if marker != 0x01 and place + 2 <= len(content):  # all others but TEM say how long they are
            place += struct.unpack_from(">H", content, place)[0]
    return len(content)
