"""The file that is taken along: a zip with one part for programs and one for people."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from dataclasses import asdict

import discord

from bot.services.personal_export import Export
from cogs.personal import messages


async def archive(found: Export) -> discord.File:
    """Return the export as an attachment. It is packed off the event loop."""
    return discord.File(io.BytesIO(await asyncio.to_thread(_packed, found)), messages.ARCHIVE_NAME)


def _packed(found: Export) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(messages.TEXT_NAME, messages.export_text(found))
        file.writestr(messages.JSON_NAME, _json(found))
    return packed.getvalue()


def _json(found: Export) -> str:
    content = asdict(found) | {"made_at": found.made_at.isoformat()}
    return json.dumps(content, ensure_ascii=False, indent=2)
