"""The pretend server while the demo runs: who may read what, and how the people in it go on."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import discord
import simcord

from bot.demo import acting
from bot.demo.people import CIRCLES, PEOPLE, Circle

_ANSWER_BUTTON = "checkin:answer:"
_SCALES = ("energy", "load", "connection")

# How a circle fares from week to week, on the way from well (0) to unwell (3). Then it begins again.
_WEEKS = (1, 0, 2, 1, 3, 1)


@dataclass(frozen=True, slots=True)
class World:
    """The server and the people in it. Nobody here exists."""

    environment: simcord.Env
    guild: simcord.GuildHandle
    cast: Mapping[str, simcord.MemberActor]
    zone: ZoneInfo
    answered: set[int] = field(default_factory=set[int])

    @property
    def first_channel(self) -> simcord.ChannelHandle:
        """The channel that the page opens with: the first circle's."""
        return self.channel_of(CIRCLES[0])

    def channel_of(self, circle: Circle) -> simcord.ChannelHandle:
        """Find the channel that the bot made for a circle."""
        named = circle.name.lower().replace(" ", "-")
        return next(channel for name, channel in self.guild.channels.items() if named in name)

    def channels(self) -> Sequence[simcord.ChannelHandle]:
        """List the text channels, also those that a visitor had made. Their owner may read them all."""
        known = {channel.id: channel for channel in self.guild.channels.values()}
        text = [] if self.guild.me is None else self.guild.me.guild.text_channels
        return [known[channel.id] for channel in text if channel.id in known]

    def readers(self, channel: simcord.ChannelHandle) -> Sequence[simcord.MemberActor]:
        """List who may read a channel, in the order in which the page offers them."""
        return [person for person in self.cast.values() if _may_read(person, channel)]

    async def go_on(self) -> None:
        """Let the people of each circle answer a check-in that they have not seen before.

        Whoever sits in two circles answers in the first: an answer counts in one place, and a later one
        would take it away from there.
        """
        for circle in CIRCLES:
            asked = _newest_question(self.channel_of(circle))
            if asked is not None and asked.id not in self.answered:
                self.answered.add(asked.id)
                await self._answer_all(circle, asked)

    async def _answer_all(self, circle: Circle, asked: discord.Message) -> None:
        week, channel = len(self.answered), self.channel_of(circle)
        idle = {person.name for person in PEOPLE if person.idle}
        elsewhere = {name for each in CIRCLES[: CIRCLES.index(circle)] for name in each.members}
        for number, name in enumerate(name for name in circle.members if name not in idle | elsewhere):
            person = self.cast[name]
            # A visitor may have let this person leave the circle, or cancelled the check-in.
            if _may_read(person, channel):
                with contextlib.suppress(acting.NothingToPress):
                    form = await acting.press(person, asked, _ANSWER_BUTTON)
                    receipt = await acting.fill(person, form, _answers(form, week=week, number=number))
                    acting.dismiss(self.environment, acting.answer(receipt))

    def dismiss_all(self) -> None:
        """Take all private replies away, so that nobody's first sight is what they did weeks ago."""
        backend = self.environment.backend
        for channel in self.channels():
            # As they are kept: of one that was replaced, its flags no longer say that it is private.
            kept = list(backend.messages.get(channel.id, {}).values())
            for message in kept:
                if message.is_ephemeral:
                    backend.delete_message(channel.id, message.id)


def _may_read(person: simcord.MemberActor, channel: simcord.ChannelHandle) -> bool:
    try:
        channel.history(viewer=person)
    except simcord.SetupError:
        return False
    return True


def _newest_question(channel: simcord.ChannelHandle) -> discord.Message | None:
    return next(
        (message for message in reversed(channel.history()) if acting.find_button(message, _ANSWER_BUTTON)),
        None,
    )


def _answers(form: simcord.InteractionResult, *, week: int, number: int) -> dict[str, acting.Answer]:
    """Answer as one person of a circle might this week: mostly like the others, never all the same."""
    strain = min(3, max(0, _WEEKS[week % len(_WEEKS)] + (-1, 0, 0, 1, 0, -1, 1, 0)[number % 8]))
    steps = {"energy": 5 - strain, "load": 2 + strain, "connection": 4 - strain + number % 2}
    answers: dict[str, acting.Answer] = {"continuum": acting.choices(form, "continuum")[strain]}
    with contextlib.suppress(acting.NothingToPress):  # where only one place asks, there is no choice
        answers["where"] = acting.choices(form, "where")[0]  # the one whose post was answered
    return answers | {name: str(min(5, max(1, steps[name]))) for name in _SCALES}
