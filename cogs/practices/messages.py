"""Every word about practices on demand, and of the breathing guide."""

from __future__ import annotations

import discord

from bot.services.breathing import Course
from bot.services.practice_offers import Offer
from bot.services.practices import Practice
from bot.services.rules.breathing import PHASES, Breath, Pattern, Phase, phases, rounds_in
from bot.services.rules.practices import When
from cogs import words

GROUP = "One short practice, when you want one"
NOW = "One practice that fits, for your eyes only"
MINUTES_OPTION = "No longer than this many minutes"
THEME_OPTION = "What weighs on you"
BREATHE = "Breathe by a guide that you can pause and end"
PATTERN_OPTION = "Which rhythm. Without a choice: in for four, out for six"
BREATHE_MINUTES_OPTION = "For how many minutes (1 to 10)"
MOTION_OPTION = "Still: one text that does not change, for instance for a screen reader"

ANOTHER = "Another"
USEFUL = "Useful"
UNSUITABLE = "Not for me"
PAUSE = "Pause"
GO_ON = "Go on"
END = "End"

MOTIONS = {
    "moving": "Moving: it tells each breath in its time",
    "still": "Still: one text to follow by yourself",
}

PATTERNS = {
    Pattern.FOUR_SIX: "4-6: in for four, out for six",
    Pattern.BOX: "Box: in, hold, out, rest, four each",
    Pattern.SIGH: "Sigh: in, in again, a long way out",
    Pattern.FOUR_SEVEN_EIGHT: "4-7-8: with a long hold, not for everybody",
}

_MOMENTS = {
    When.BEFORE: "it is early",
    When.BETWEEN: "it is daytime",
    When.AFTER: "it is evening",
    When.NIGHT: "it is night",
}

_BREATHS = {
    Breath.IN: "Breathe in",
    Breath.AGAIN: "In once more, a little",
    Breath.HOLD: "Hold, without pressing",
    Breath.OUT: "Breathe out slowly",
    Breath.REST: "Rest",
}

_CAUTIONS = {
    Pattern.FOUR_SEVEN_EIGHT: (
        "The long hold can make you dizzy. Sit down for it, and leave it if you are pregnant, have trouble"
        " with your heart or lungs, or if holding your breath frightens you. 4-6 is gentler."
    ),
}
_SUITS = (
    "If minding the breath does not suit you today, let it be, and look at five things in the room instead."
)


def practice(found: Practice) -> discord.Embed:
    """Offer a practice: steps, another way, who had better leave it, and what is known about it."""
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(found.steps, start=1))
    minutes = "1 minute" if found.minutes == 1 else f"{found.minutes} minutes"
    embed = discord.Embed(title=found.title, description=f"*{minutes}*\n\n{steps}", colour=words.CALM)
    embed.add_field(name="Another way", value=found.alternative, inline=False)
    embed.add_field(name="When to leave it", value=found.skip_if, inline=False)
    embed.set_footer(text=f"{found.evidence.note} ({found.evidence.source})")
    return embed


def offer(found: Offer) -> discord.Embed:
    """Show a practice, and say in one line why it is this one."""
    embed = practice(found.practice)
    embed.description = f"{_because(found)}{embed.description}"
    return embed.remove_footer() if found.reduced else embed


def kept(title: str, *, useful: bool) -> discord.Embed:
    """Confirm what somebody said of a practice."""
    said = "It will come more often." if useful else "It will not be offered to you again."
    return discord.Embed(
        description=f"{title}: noted. {said} It is sealed: only you can have it opened.",
        colour=words.CALM,
    )


def counted() -> discord.Embed:
    """Confirm what a member said of a practice that the circle was offered."""
    return discord.Embed(
        description="Counted for this circle, as a number without your name.", colour=words.CALM
    )


def beginning(course: Course) -> discord.Embed:
    """Say what is about to come, while one settles."""
    embed = discord.Embed(
        title="Settle in",
        description=f"{pattern_in_words(course)}\nIt begins in a moment. Eyes open or closed, as you like.",
        colour=words.CALM,
    )
    _add_cautions(embed, course.pattern)
    return embed


def phase(shown: Phase, course: Course) -> discord.Embed:
    """Say what to do now, for how long, and what comes then."""
    following = _after(shown, course)
    then = (
        f"Then: {_BREATHS[following.breath].lower()}, {following.seconds}" if following else "Then it is done"
    )
    return discord.Embed(
        title=f"{_BREATHS[shown.breath]} · {shown.seconds}",
        description=f"{then}\nRound {shown.round} of {shown.rounds}",
        colour=words.CALM,
    )


def paused() -> discord.Embed:
    """Say that the guide rests."""
    return discord.Embed(
        title="Paused", description="Breathe as you like. It goes on when you do.", colour=words.CALM
    )


def over() -> discord.Embed:
    """Say that the guide has come to its end."""
    return discord.Embed(
        title="Done",
        description="Let the breath find its own way. Take a moment before the next thing.",
        colour=words.CALM,
    )


def ended() -> discord.Embed:
    """Say that the guide was ended."""
    return discord.Embed(
        description="Ended. `/practice breathe` begins another one whenever you like.", colour=words.CALM
    )


def still(course: Course) -> discord.Embed:
    """Give the whole guide as one text that does not change."""
    embed = discord.Embed(title="Breathing", description=pattern_in_words(course), colour=words.CALM)
    _add_cautions(embed, course.pattern)
    return embed


def pattern_in_words(course: Course) -> str:
    """Say a pattern as one would read it to somebody: every phase, its seconds, how often."""
    rounds = rounds_in(course.pattern, course.minutes)
    steps = ", ".join(
        f"{_BREATHS[breath].lower()} for {seconds} seconds" for breath, seconds in PHASES[course.pattern]
    )
    often = "once" if rounds == 1 else f"{rounds} times"
    return f"{steps[0].upper()}{steps[1:]}. {often[0].upper()}{often[1:]}."


def _because(found: Offer) -> str:
    reasons = [
        _MOMENTS[found.moment] if found.moment else "",
        f"you asked for {words.THEMES[found.theme].lower()}" if found.theme else "",
        "you found it useful before" if found.was_useful else "",
    ]
    said = " and ".join(reason for reason in reasons if reason)
    return f"Because {said}.\n" if said else ""


def _after(shown: Phase, course: Course) -> Phase | None:
    every = list(phases(course.pattern, course.minutes))
    place = every.index(shown) + 1
    return every[place] if place < len(every) else None


def _add_cautions(embed: discord.Embed, pattern: Pattern) -> None:
    if pattern in _CAUTIONS:
        embed.add_field(name="Before you begin", value=_CAUTIONS[pattern], inline=False)
    embed.add_field(name="Another way", value=_SUITS, inline=False)
