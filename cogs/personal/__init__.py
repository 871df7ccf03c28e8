"""What is stored about oneself: seen, taken along, erased."""

from __future__ import annotations

from bot.client import Respite
from cogs import my
from cogs.personal.cog import PersonalData
from cogs.personal.views import AskAgain, ChooseKind, Erase, ExportAll, KindForm, Unlock, UnlockForm


async def setup(client: Respite) -> None:
    """Add this feature to the client."""
    client.add_buttons(ExportAll, Unlock, ChooseKind, AskAgain, Erase)
    client.add_forms(KindForm, UnlockForm)
    my.add(client, PersonalData(client))
