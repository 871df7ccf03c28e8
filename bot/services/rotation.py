"""A new master key: every key is wrapped anew under it, while the bot goes on."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from bot.services import key_store
from bot.services.durable import write_over
from bot.services.keys import WrongMasterKey
from bot.services.master_keys import MasterKeyFile, locked
from bot.services.member_keys import conceal_age
from db import in_thread

log = logging.getLogger(__name__)


async def rotate(folder: Path, master_key: MasterKeyFile) -> int:
    """Put a new master key in the place of the old one, and return how many keys are wrapped under it.

    The new key lies beside the old one until everything is wrapped under it; whoever reads tries both, and
    whoever makes a key meanwhile uses the new one. Cut short at any moment, it goes on when it is called
    again.

    Raises: OSError; what was done until then stays.
    """
    await in_thread(_begin, folder, master_key)
    rewrapped = 0
    for list_files in (key_store.wrapped_files, key_store.being_erased):  # in this order: one may move over
        for file in await asyncio.to_thread(list_files, folder):
            rewrapped += await in_thread(_rewrap, folder, file, master_key)
    await in_thread(key_store.sweep_unfinished, folder)
    await in_thread(_finish, folder, master_key)
    return rewrapped


def _begin(folder: Path, master_key: MasterKeyFile) -> None:
    with locked(folder, alone=True):  # from here on nobody wraps anything under the old key
        master_key.make_successor()


def _rewrap(folder: Path, file: str, master_key: MasterKeyFile) -> bool:
    """Wrap one key anew. Nobody may destroy it meanwhile: it would come back."""
    path, name = folder / file, key_store.wrapping_name(file) or b""
    with locked(folder, alone=True):
        try:
            wrapped = path.read_bytes()
            if not master_key.is_newest(wrapped, name=name):
                write_over(path, master_key.wrap(master_key.unwrap(wrapped, name=name), name=name))
                conceal_age(path)
        except FileNotFoundError:
            return False  # somebody was erased
        except WrongMasterKey:
            log.warning("A damaged key cannot be wrapped anew.")
            return False
    return True


def _finish(folder: Path, master_key: MasterKeyFile) -> None:
    with locked(folder, alone=True):
        master_key.hand_over()
