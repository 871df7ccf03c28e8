"""A disk that keeps only what it was told to keep, and of the rest whatever chance will have it.

As POSIX has it: `fsync` of a file keeps its content, `fsync` of a folder keeps the names in it. All
else may be there after a power cut or not: each write and each name for itself, a write also in part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.crash.recording import Call

SECTOR = 512  # disks write whole ones


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes at a place in a file; None: the file ends there."""

    offset: int
    data: bytes | None

    def apply(self, content: bytearray) -> None:
        """Change the content as this write does."""
        end = self.offset + len(self.data or b"")
        content.extend(bytes(max(0, end - len(content))))
        if self.data is None:
            del content[self.offset :]
        else:
            content[self.offset : end] = self.data


@dataclass(frozen=True, slots=True)
class Naming:
    """Names in a folder that change at once, and what they stand for; None: nothing any more."""

    names: Mapping[str, File | Folder | None]

    def apply(self, names: dict[str, File | Folder]) -> None:
        """Change the names as this one does."""
        for name, node in self.names.items():
            names.pop(name, None)
            if node is not None:
                names[name] = node


Change = Write | Naming
Luck = Callable[[Sequence[Change]], Sequence[Change]]
"""Picks the changes that survive of those that nobody has made sure of."""


@dataclass(slots=True)
class File:
    """A file: what is kept for certain, and what was written since."""

    kept: bytearray = field(default_factory=bytearray)
    pending: list[Change] = field(default_factory=list)

    def sync(self) -> None:
        """Keep what was written."""
        self.kept = self.after(everything)
        self.pending.clear()

    def after(self, luck: Luck) -> bytearray:
        """Return what a power cut leaves of the content."""
        content = bytearray(self.kept)
        for change in luck(self.pending):
            change.apply(content)
        return content


@dataclass(slots=True)
class Folder:
    """A folder: the names in it now, those that are kept for certain, and the changes since."""

    now: dict[str, File | Folder] = field(default_factory=dict)
    kept: dict[str, File | Folder] = field(default_factory=dict)
    pending: list[Change] = field(default_factory=list)

    def name(self, names: Mapping[str, File | Folder | None]) -> None:
        """Let names stand for something else from now on."""
        naming = Naming(names)
        naming.apply(self.now)
        self.pending.append(naming)

    def sync(self) -> None:
        """Keep the names as they are now."""
        self.kept = dict(self.now)
        self.pending.clear()

    def after(self, luck: Luck) -> dict[str, File | Folder]:
        """Return what a power cut leaves of the names."""
        names = dict(self.kept)
        for change in luck(self.pending):
            change.apply(names)
        return names


class Disk:
    """What a folder looks like now, and what would be left of it."""

    def __init__(self, folder: Path) -> None:
        self._root = _read(folder)

    def follow(self, call: Call) -> None:
        """Do what a call did."""
        *above, name = call.path.split("/")
        parent = self._root
        for part in above:
            parent = parent.now[part]
        node = parent.now.get(name) if call.path else self._root
        match call.what:
            case "c" if node is None:
                parent.name({name: File()})
            case "d":
                parent.name({name: Folder()})
            case "u":
                parent.name({name: None})
            case "r":
                *elsewhere, new = call.data.decode().split("/")
                assert elsewhere == above, "a move to another folder is not one change of one folder"
                parent.name({name: None, new: node})
            case "s" if node is not None:
                node.sync()
            case "w" if node is not None:
                node.pending.append(Write(call.offset, call.data))
            case "t" if node is not None:
                node.pending.append(Write(call.offset, None))

    def leave(self, target: Path, luck: Luck) -> None:
        """Write down, in a new folder, what a power cut at this moment leaves."""
        _leave(self._root, target, luck)


def nothing(_pending: Sequence[Change]) -> Sequence[Change]:
    """Whatever can be lost is lost."""
    return ()


def everything(pending: Sequence[Change]) -> Sequence[Change]:
    """All of it is there, though nobody had been told so."""
    return pending


def any_luck(chance: Random) -> Luck:
    """Return one of: nothing, everything, what came first, or some of it with torn writes."""

    def beginning(pending: Sequence[Change]) -> Sequence[Change]:
        first = list(pending[: chance.randint(0, len(pending))])
        return [*first[:-1], *(_torn(change, chance) for change in first[-1:])]

    def some(pending: Sequence[Change]) -> Sequence[Change]:
        return [_torn(change, chance) for change in pending if chance.random() < 0.5]

    return chance.choice([nothing, everything, beginning, some])


def _torn(change: Change, chance: Random) -> Change:
    """Return only the sectors of a write before or after some place in it."""
    if isinstance(change, Naming) or not change.data:
        return change
    borders = range(-change.offset % SECTOR, len(change.data), SECTOR)
    cut = chance.choice([0, *borders])
    if chance.random() < 0.5:
        return Write(change.offset, change.data[:cut] if cut else change.data)
    return Write(change.offset + cut, change.data[cut:])


def _read(folder: Path) -> Folder:
    inside = {path.name: _read(path) if path.is_dir() else _file(path) for path in folder.iterdir()}
    return Folder(now=inside, kept=dict(inside))


def _file(path: Path) -> File:
    return File(kept=bytearray(path.read_bytes()))


def _leave(folder: Folder, target: Path, luck: Luck) -> None:
    target.mkdir(mode=0o700)
    for name, node in folder.after(luck).items():
        path = target / name
        if isinstance(node, Folder):
            _leave(node, path, luck)
        else:
            path.touch(mode=0o600)
            path.write_bytes(node.after(luck))
