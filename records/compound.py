"""Reading the folder of an OLE compound file (doc, xls, wps): what it holds and whether it is whole."""

from __future__ import annotations

import struct
from array import array
from dataclasses import dataclass
from typing import BinaryIO

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFFA  # larger values are marks, not sectors
_MINI_SECTOR = 64
_ENTRY = 128
_ROOT, _STREAM, _STORAGE = 5, 2, 1


class Broken(ValueError):
    """The file is not a whole compound file."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A stream or storage directly under the root."""

    kind: int
    start: int
    size: int


class Compound:
    """A compound file opened for looking, not for reading its text; raises Broken for anything that does not hold."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self._size = size
        header = self._at(0, 512)
        if header[:8] != MAGIC:
            raise Broken("no compound file")
        shift, mini_shift = struct.unpack_from("<HH", header, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise Broken("sector size")
        self._sector = 1 << shift
        fat_count, folder, _, self._cutoff, _, _, difat, difat_count = struct.unpack_from("<8I", header, 44)
        places = [place for place in struct.unpack_from("<109I", header, 76) if place <= _LAST_SECTOR]
        for _ in range(min(difat_count, self._size // self._sector)):
            numbers = struct.unpack(f"<{self._sector // 4}I", self._read_sector(difat))
            places += [place for place in numbers[:-1] if place <= _LAST_SECTOR]
            difat = numbers[-1]
        self._fat = array("I")
        for place in places[:fat_count]:
            self._fat.frombytes(self._read_sector(place))
        self._entries = self._read_folder(folder)
        root = self._entries[0]
        if root[1] != _ROOT:
            raise Broken("no root")
        self._mini_start = root[5]
        self.names = self._children(root[4])

    def _at(self, offset: int, length: int) -> bytes:
        self._stream.seek(offset)
        piece = self._stream.read(length)
        if len(piece) < length:
            raise Broken("truncated")
        return piece

    def _read_sector(self, number: int) -> bytes:
        return self._at((number + 1) * self._sector, self._sector)

    def _chain(self, start: int) -> list[int]:
        chain: list[int] = []
        place = start
        while place <= _LAST_SECTOR:
            if place >= len(self._fat) or len(chain) > len(self._fat):
                raise Broken("chain")
            chain.append(place)
            place = self._fat[place]
        return chain

    def _read_folder(self, start: int) -> list[tuple[str, int, int, int, int, int, int]]:
        raw = b"".join(self._read_sector(place) for place in self._chain(start))
        if not raw:
            raise Broken("no folder")
        entries = []
        for offset in range(0, len(raw), _ENTRY):
            length, kind = struct.unpack_from("<HB", raw, offset + 64)
            left, right, child = struct.unpack_from("<III", raw, offset + 68)
            first, size = struct.unpack_from("<II", raw, offset + 116)
            name = raw[offset : offset + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            entries.append((name, kind, left, right, child, first, size))
        return entries

    def _children(self, top: int) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        waiting, seen = [top], set()
        while waiting:
            number = waiting.pop()
            if number > _LAST_SECTOR or number in seen:
                continue
            if number >= len(self._entries):
                raise Broken("folder")
            seen.add(number)
            name, kind, left, right, _, first, size = self._entries[number]
            if kind in (_STREAM, _STORAGE):
                found[name] = Entry(kind, first, size)
            waiting += [left, right]
        return found

    def head(self, name: str) -> bytes:
        """Return the first sector of a stream, after following it to its end: a stream that is cut off is Broken."""
        entry = self.names[name]
        if entry.size >= self._cutoff:
            chain = self._chain(entry.start)
            if not chain or len(chain) * self._sector < entry.size:
                raise Broken("stream cut off")
            # The last sector of a file may be short by what the stream does not use.
            if (chain[-1] + 1) * self._sector + (entry.size - 1) % self._sector >= self._size:
                raise Broken("truncated")
            if max(chain) + 1 > self._size // self._sector:
                raise Broken("truncated")
            return self._read_sector(chain[0])
        minis = self._chain(self._mini_start)
        sector, offset = divmod(entry.start * _MINI_SECTOR, self._sector)
        if sector >= len(minis):
            raise Broken("stream cut off")
        return self._read_sector(minis[sector])[offset : offset + _MINI_SECTOR]
