"""Every way in which an id or a word may lie in a file, and where it does."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path


def every_file(folder: Path) -> dict[str, bytes]:
    """The name and the content of every file that the bot wrote."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def found(pieces: Collection[bytes], files: Mapping[str, bytes]) -> set[bytes]:
    """Which of these pieces are in a file or in the name of one."""
    everything = b"\0".join([*files.values(), *(name.encode() for name in files)])
    return {piece for piece in pieces if piece in everything}


def spellings(number: int) -> list[bytes]:
    """Every way in which an id of Discord may lie in a file."""
    plain = [str(number).encode(), number.to_bytes(8, "big"), number.to_bytes(8, "little")]
    return [
        *plain,
        str(number).encode("utf-16-le"),
        f"{number:x}".encode(),
        f"{number:X}".encode(),
        as_row_number(number),
        *(core for each in plain for core in in_base64(each)),
    ]


def wordings(text: str) -> list[bytes]:
    """Every way in which a name or something typed may lie in a file."""
    plain = text.encode()
    return [plain, text.encode("utf-16-le"), plain.hex().encode(), *in_base64(plain)]


def as_row_number(number: int) -> bytes:
    """SQLite's own spelling of a large number that is a table's key: eight times seven bits, then eight."""
    groups = [number >> 8 + 7 * place & 0x7F | 0x80 for place in reversed(range(8))]
    return bytes([*groups, number & 0xFF])


def in_base64(content: bytes) -> Iterator[bytes]:
    """Yield what surely stands in any base64 of something that contains this, wherever it begins."""
    for before in range(3):
        for encode in (b64encode, urlsafe_b64encode):
            # Characters that also depend on what stands before or behind are left out.
            begin, end = -(-before * 8 // 6), (before + len(content)) * 8 // 6
            yield encode(bytes(before) + content)[begin:end]


def places(pieces: Iterable[bytes], files: Mapping[str, bytes]) -> list[str]:
    """Name the files in which, or in whose name, any of these pieces is."""
    wanted = list(pieces)
    return [
        name
        for name, content in files.items()
        if any(piece in content or piece in name.encode() for piece in wanted)
    ]
