"""What a program did to its files, call by call: noted by recorder.c, read here."""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SOURCE = Path(__file__).with_name("recorder.c")
_HEAD = struct.Struct("<cHIq")

_COMPILERS = ("cc", "gcc", "clang") if sys.platform == "linux" else ()
COMPILER = next(filter(None, map(shutil.which, _COMPILERS)), None)
"""Whatever compiles C here; without one, or elsewhere than on Linux, nothing can be recorded."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that took effect.

    `what` is its letter: c(reate if need be), d(irectory), w(rite), t(runcate at the offset), s(ync),
    u(nlink), r(ename to the data).
    """

    what: str
    path: str
    offset: int
    data: bytes


def compile_recorder(folder: Path) -> Path:
    """Return the recorder, ready to be loaded into a program."""
    assert COMPILER
    made = folder / "recorder.so"
    options = ["-shared", "-fPIC", "-O1", "-o", str(made), str(_SOURCE), "-ldl", "-lpthread"]
    subprocess.run([COMPILER, *options], check=True)
    return made


def read_calls(notes: Path) -> Iterator[Call]:
    """Return the calls in the order in which they took effect."""
    content = notes.read_bytes()
    place = 0
    while place < len(content):
        what, path_length, length, offset = _HEAD.unpack_from(content, place)
        place += _HEAD.size
        path = content[place : place + path_length].decode()
        place += path_length
        yield Call(what.decode(), path, offset, content[place : place + length])
        place += length
