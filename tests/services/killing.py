"""Kills a process before each thing that it does to a file, one after the other.

`python -m tests.services.killing rotate FOLDER`: the folder is an installation. For each step a copy of it
is made, and a child dies in that copy; whoever started this looks at what is left. Python itself announces
each step (`sys.addaudithook`).
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bot.services.master_keys import MasterKeyFile
from bot.services.member_keys import MemberKeys
from bot.services.restoring import restore
from bot.services.rotation import rotate
from tests.installation import NOON, Installation
from tests.members import destroy_key

PROJECT = Path(__file__).parents[2]
STEPS = {"open", "os.rename", "os.remove", "os.link", "os.mkdir", "os.rmdir", "os.utime"}
STEPS |= {"fcntl.flock", "sqlite3.connect"}


def killed(folder: Path, act: str) -> int:
    """Let a process do this and die at each of its steps, in a copy for each; return how many there were."""
    command = [sys.executable, "-m", __name__, act, str(folder)]
    return int(subprocess.check_output(command, cwd=PROJECT, timeout=300))


def die_before(step: int, folder: Path) -> None:
    """Kill this process before its so-manieth step in this folder."""
    left = step

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in STEPS and (event == "fcntl.flock" or str(folder) in str(arguments[0])):
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def survives(act: Callable[[], object], step: int, folder: Path) -> bool:
    """Say whether a child could do this to its end before it came to that step."""
    child = os.fork()
    if child == 0:
        die_before(step, folder)
        act()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return status == 0


def rotate_in(folder: Path) -> None:
    """Put a new master key in the place of the old one."""
    asyncio.run(rotate(folder / "keys", MasterKeyFile(folder / "keys" / "master.key")))


def erase_in(folder: Path) -> None:
    """Destroy the key of a member."""
    keys = MemberKeys(folder / "keys", MasterKeyFile(folder / "keys" / "master.key"))
    asyncio.run(destroy_key(keys, keys.locate(1, 0)))


def restore_in(folder: Path) -> None:
    """Restore the backup that lies in the folder of backups."""
    installation = Installation(folder, f"sqlite:///{folder}/respite.db")
    [backup] = installation.backups_folder.glob("*.age")
    asyncio.run(restore(backup, None, installation.master_key, installation.place, at=NOON))


def main() -> None:
    """Leave a folder for each step behind, and say how many there are."""
    act = {"rotate": rotate_in, "erase": erase_in, "restore": restore_in}[sys.argv[1]]
    home = Path(sys.argv[2])
    step = 0
    while True:
        copy = home.with_name(f"{home.name}-{step}")
        shutil.copytree(home, copy)
        if survives(lambda copy=copy: act(copy), step, copy):
            sys.stdout.write(f"{step}\n")
            return
        step += 1


if __name__ == "__main__":
    main()
