"""The floor: a discord.py bot that answers every form at once and stores nothing."""

from __future__ import annotations

import os

import discord


class BareBot(discord.AutoShardedClient):
    """Answers, and does nothing else."""

    def __init__(self) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
        )

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answer privately."""
        embed = discord.Embed(title="Noted", description="Thank you.")
        await interaction.response.send_message(embed=embed, ephemeral=True)


if __name__ == "__main__":
    BareBot().run(os.environ["RESPITE_TOKEN"], log_handler=None)
