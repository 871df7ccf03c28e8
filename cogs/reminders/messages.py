"""Every word about personal reminders."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.services.deliveries import Delivery
from bot.services.member_settings import Settings
from bot.services.practices import Library
from bot.services.reminder_rows import Reminder
from bot.services.rules.practices import When
from cogs import words
from cogs.practices import messages as practices

REMIND = "Be reminded of a practice, at your own times"
LIST = "Your reminders: see them, end one, say how they reach you"
DAYS_OPTION = "weekdays, daily, or days such as: mon, wed, fri"
THEME_OPTION = "Only practices on this theme"

MINDED = "Seen"
SNOOZE = "In half an hour"
STOP = "Stop this one"
KEEP = "Keep it"
DIRECTLY = "Write to me directly"
NOT_DIRECTLY = "Only here, no direct messages"
END_ONE = "End one …"
REMIND_OF_STEP = "Remind me of a step"
STEP_TITLE = "A reminder of a step"
STEP = "Which step"
DAYS = "On which days"
DAYS_HINT = "weekdays, daily, or days such as: mon, wed, fri"
TIME = "At what time"
TIME_HINT = "Your local time, such as 17:30"

_MOMENTS = {
    When.BEFORE: "before your first session",
    When.BETWEEN: "between two sessions",
    When.AFTER: "after your last session",
    When.NIGHT: "at night",
}


def made(found: Reminder) -> discord.Embed:
    """Confirm a reminder, and ask how it may reach the member."""
    if found.directly:
        how = "It comes as a direct message from me."
    else:
        how = (
            "It waits for your next command here. May it come as a direct message? Your phone may then show"
            " it while it is locked."
        )
    return discord.Embed(description=f"Noted: {line(found)}.\n{how}", colour=words.CALM)


def reached(*, directly: bool) -> discord.Embed:
    """Confirm how reminders reach the member from now on."""
    said = (
        "Your reminders come as direct messages. One that cannot reach you waits for your next command here."
        if directly
        else "Your reminders wait for your next command here. I write no direct messages to you."
    )
    return discord.Embed(description=said, colour=words.CALM)


def listed(found: Sequence[Reminder], settings: Settings) -> discord.Embed:
    """List the reminders and what holds for all of them."""
    embed = discord.Embed(title="Your reminders", colour=words.CALM)
    if not found:
        embed.description = "There are none. `/practice remind` makes one."
        return embed
    embed.description = words.fitting([f"• {line(each)}" for each in found], 3500)
    rules = [f"At most {settings.limits.most_a_day} a day, by the clock of {settings.time_zone}."]
    if settings.limits.paused:
        rules.insert(0, "**Everything is paused.**")
    if settings.limits.quiet_from is not None and settings.limits.quiet_until is not None:
        begins, ends = words.clock(settings.limits.quiet_from), words.clock(settings.limits.quiet_until)
        rules.append(f"Quiet from {begins} to {ends}.")
    rules.append("`/my settings` changes that.")
    embed.add_field(name="For all of them", value=" ".join(rules), inline=False)
    return embed


def ended() -> discord.Embed:
    """Confirm that a reminder has ended."""
    return discord.Embed(description="Ended. It does not come any more.", colour=words.CALM)


def minded(found: Reminder) -> discord.Embed:
    """Confirm that a reminder was seen, and say when it comes again."""
    again = "" if found.next_run_at is None else discord.utils.format_dt(found.next_run_at, "f")
    return discord.Embed(description=f"Good. The next one: {again}.", colour=words.CALM)


def reminder(said: Delivery, library: Library) -> discord.Embed:
    """Say a reminder: the member's own step, or a practice."""
    practice = None if said.practice_id is None else library.get(said.practice_id)
    if practice is not None:
        embed = practices.practice(practice)
    else:
        embed = discord.Embed(
            title="A small step", description=words.plain(said.reminder.step or ""), colour=words.CALM
        )
    if said.asks:
        embed.add_field(
            name="Shall this one go on?",
            value="It came a few times without an answer, which is fine. Left alone, it rests from now on.",
            inline=False,
        )
    return embed


def line(found: Reminder) -> str:
    """Say a reminder in one line."""
    if found.step is not None:
        about = f"“{words.plain(found.step)[:80]}”"
    elif found.when is not None:
        about = f"a practice {_MOMENTS[found.when]}"
    else:
        about = f"a practice on {words.THEMES[found.theme].lower()}" if found.theme else "a practice"
    rests = ", resting" if found.next_run_at is None else ""
    return f"{words.days(found.days)} at {words.clock(found.at)}: {about}{rests}"
