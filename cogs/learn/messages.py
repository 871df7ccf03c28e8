"""Every word around the cards; what is on them is in `bot/content/cards`."""

from __future__ import annotations

import discord

from bot.services.cards import Shown
from cogs import words

LEARN = "A card on one trouble of this work: signs, what helps, whom to talk to"
THEME_OPTION = "What it is about"

FOOTER = "Not therapy, not a diagnosis. Only you can see this. In a bad hour: /help-now"


def card(shown: Shown) -> discord.Embed:
    """Show a card."""
    card = shown.card
    embed = discord.Embed(title=card.title, description=card.what, colour=words.CALM)
    embed.add_field(name="How it shows in this work", value=card.at_work, inline=False)
    embed.add_field(name="Early signs", value=words.bullets(card.early_signs), inline=False)
    embed.add_field(name="What helps", value=words.bullets(card.helps), inline=False)
    embed.add_field(name="When to talk to somebody, and to whom", value=card.talk, inline=False)
    embed.add_field(name="What colleagues can do", value=card.colleagues, inline=False)
    practices = [f"{each.title} ({each.minutes} min)" for each in shown.practices]
    embed.add_field(name="Practices, on the buttons below", value=words.bullets(practices), inline=False)
    embed.add_field(name="Next, in this server", value=words.bullets(card.next_steps), inline=False)
    embed.add_field(name="What this rests on", value=words.sources(card.sources), inline=False)
    embed.set_footer(text=FOOTER)
    return embed
