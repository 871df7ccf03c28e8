"""Every record of a ballot that some bytes still hold: live rows, free pages, stale frames of the log.

A single row that was taken out of a page loses its first bytes and is not mended here: each of them was whole
in an earlier copy, and whoever gains by it has that copy.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.attacks.copies import Copy

_WAL_HEADER, _FRAME_HEADER = 32, 24

# A record begins with the length of its head and one number for the kind of each column: here a window's
# number, a token of 16 bytes and a content of any length, with or without a running number before them.
_HEAD = re.compile(rb"(?:\x04|\x05\x00)([\x01-\x06\x08\x09])\x2c([\x0c-\x7f])", re.DOTALL)
_HEAD_LONG = re.compile(rb"(?:\x05|\x06\x00)([\x01-\x06\x08\x09])\x2c([\x81-\x8f][\x00-\x7f])", re.DOTALL)
_WIDTHS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}

Rank = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Sighting:
    """A ballot that was seen somewhere. Sorted by `rank`, sightings are in order of arrival.

    The rank is: which copy showed it first, in which frame of the log, under which running number, on
    which page, and how far from the page's end, because SQLite fills a page from its end.
    """

    window: int
    token: bytes
    content: bytes
    rank: Rank


def sightings(copies: Sequence[Copy]) -> list[Sighting]:
    """Return every ballot in any of these copies, once each, in the order in which they arrived."""
    found: dict[tuple[int, bytes, bytes, int], Sighting] = {}
    seen: set[bytes] = set()
    for number, copy in enumerate(copies):
        for frame, page_number, page in pages(copy):
            if page in seen:
                continue
            seen.add(page)
            for window, token, content, running, offset in _records(page):
                rank = number, frame, running, page_number, -offset
                found.setdefault((window, token, content, running), Sighting(window, token, content, rank))
    return sorted(found.values(), key=lambda sighting: sighting.rank)


def pages(copy: Copy) -> Iterator[tuple[int, int, bytes]]:
    """Yield frame, number and bytes of each page: of the file (frame 0), then of its log.

    Frames that SQLite would pass over, because they are from before a checkpoint or were never committed,
    are not told apart: a thief reads them too.
    """
    size = struct.unpack(">H", copy.database[16:18])[0]
    for start in range(0, len(copy.database), size):
        yield 0, start // size + 1, copy.database[start : start + size]
    step = _FRAME_HEADER + size
    for frame, start in enumerate(range(_WAL_HEADER, len(copy.wal) - step + 1, step), start=1):
        number = struct.unpack(">I", copy.wal[start : start + 4])[0]
        yield frame, number, copy.wal[start + _FRAME_HEADER : start + step]


def _records(page: bytes) -> Iterator[tuple[int, bytes, bytes, int, int]]:
    """Yield window, token, content, running number (0 without one) and place of each record."""
    for head in (_HEAD, _HEAD_LONG):
        for match in head.finditer(page):
            record = _decoded(page, match)
            if record is not None:
                yield (*record, match.start())


def _decoded(page: bytes, match: re.Match[bytes]) -> tuple[int, bytes, bytes, int] | None:
    """Return what the record holds, and its running number, if this is a record and not a coincidence."""
    kind, place = match[1][0], match.end()
    width = _WIDTHS.get(kind, 0)
    window = int.from_bytes(page[place : place + width], "big") if width else kind - 8
    length = (_number(match[2]) - 12) // 2
    end = place + width + 16 + length
    number_at = _start_of_running_number(page, match)
    # Before all that stands the record's length (the last seven bits of it).
    if _number(match[2]) % 2 or end > len(page) or (page[number_at - 1] ^ end - match.start()) & 0x7F:
        return None
    content = page[place + width + 16 : end]
    return window, page[place + width : place + width + 16], content, _number(page[number_at : match.start()])


def _start_of_running_number(page: bytes, match: re.Match[bytes]) -> int:
    """Return where the number begins that stands before the head of a numbered row; it may be empty."""
    start = match.start()
    if match[0][1] != 0:
        return start
    start -= 1
    while page[start - 1] >= 0x80:
        start -= 1
    return start


def _number(varint: bytes) -> int:
    """Read one of SQLite's numbers of variable length."""
    value = 0
    for byte in varint:
        value = value << 7 | byte & 0x7F
    return value
