"""Files that are on disk when we say so, and overwritten when we say that they are gone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

_PIECE = 1 << 20


def write_new(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, durably or not at all.

    Raises: FileExistsError if there is one.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a Path cannot be opened with these flags
            file.write(content)
            file.flush()
            os.fsync(descriptor)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that holds, whenever this is cut short, all of the content or what it held before."""
    _written(path, content).replace(path)
    sync_folder(path.parent)


def write_over(path: Path, content: bytes) -> None:
    """Write a file like `write_whole`, and overwrite what it held before: that, too, when called again."""
    put_over(_written(path, content), path)


def _written(path: Path, content: bytes) -> Path:
    """Return where the content lies until it gets its name."""
    unnamed = path.with_name(f"{path.name}.new")
    unnamed.unlink(missing_ok=True)  # of a time that was cut short
    write_new(unnamed, content)
    return unnamed


def put_over(coming: Path, path: Path) -> None:
    """Let a finished file take another's place, durably, and destroy that one.

    Whenever this is cut short, the place holds the one or the other; `destroy_former` does the rest.
    """
    destroy_former(path)
    try:
        os.link(path, _former(path))  # a second name, by which what is replaced can still be found
    except FileNotFoundError:
        pass
    except OSError:
        path.replace(_former(path))  # this disk knows no second names: for a moment nothing is there
    coming.replace(path)
    sync_folder(path.parent)
    destroy_former(path)


def destroy_former(path: Path) -> None:
    """Destroy what a file held before, if `write_over` was cut short."""
    former = _former(path)
    if not former.exists():
        return
    if not path.exists():
        former.replace(path)  # nothing came in its place: it is still needed
    elif former.samefile(path):
        former.unlink()
    else:
        destroy_file(former)


def _former(path: Path) -> Path:
    return path.with_name(f"{path.name}.old")


def destroy_file(path: Path) -> None:
    """Overwrite and remove a file, durably. Nothing happens when it is gone."""
    try:
        with path.open("r+b") as file:
            left = os.fstat(file.fileno()).st_size
            while left:
                left -= file.write(secrets.token_bytes(min(left, _PIECE)))
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return
    finally:  # also where nothing can be written over it, because the disk is full or failing
        path.unlink(missing_ok=True)  # somebody else, who destroys it too, may have been faster
        sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder for our eyes only, and those above it, so that they survive a power cut."""
    if not folder.parent.exists():
        make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)  # even if it was there: an earlier start may have died before this


def sync_folder(folder: Path) -> None:
    """Make a file's name, or its absence, survive a power cut (where the system can open folders)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
