"""One's own check-ins over time: private copies, their picture, and a passphrase on them."""

from __future__ import annotations

from bot.client import Respite
from cogs import my
from cogs.trends.buttons import Change, Erase, Keep, Protect, Remove, Stop
from cogs.trends.cog import Trends
from cogs.trends.forms import ChangeForm, ProtectForm, RemoveForm
from cogs.trends.views import Unlock, UnlockForm


async def setup(client: Respite) -> None:
    """Add this feature to the client."""
    client.add_buttons(Keep, Unlock, Protect, Change, Remove, Stop, Erase)
    client.add_forms(UnlockForm, ProtectForm, ChangeForm, RemoveForm)
    my.add(client, Trends(client))
