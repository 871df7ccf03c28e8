"""The agreement of a circle: changed by those who hold it."""

from __future__ import annotations

from bot.client import Respite
from cogs.agreements.buttons import ChangeAgreement
from cogs.agreements.views import AgreementForm


async def setup(client: Respite) -> None:
    """Add this feature to the client."""
    client.add_buttons(ChangeAgreement)
    client.add_forms(AgreementForm)
