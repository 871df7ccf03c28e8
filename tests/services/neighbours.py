"""Circles of four that check in together, or might."""

from __future__ import annotations

from typing import Self

from bot.services import (
    archiving,
    features,
    sharing,
)
from bot.services.circles import Circle
from bot.services.features import Feature
from bot.services.people import Person
from bot.services.posts import PostKind
from bot.services.sharing import Proposal, Sharing
from db import posts as stored_posts
from tests.services.conftest import DAY, LOBBY, NOW, Clinic

FACILITATORS = 1_300_000_000_000_000_777


class Neighbours:
    """Circles of four; the first is held by one person, the others by another."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.first_holder, self.other_holder = clinic.person(31), clinic.person(32)
        self.people = clinic.people(16)
        self.circles: list[Circle] = []

    async def found(self, many: int = 3) -> Self:
        """Let so many circles be founded, and be allowed to share."""
        await features.switch(self.clinic.database, self.clinic.owner, Feature.SHARED_CHECKINS, on=True)
        for number in range(many):
            self.clinic.holder = self.other_holder if number else self.first_holder
            four = self.people[4 * number : 4 * number + 4]
            self.circles.append(await self.clinic.circle(seated=four))
        return self

    async def share(self, person: Person, *which: int, at: int = 0) -> Sharing:
        """Let somebody propose that these circles check in together."""
        first, *others = [self.circles[each].circle_id for each in which]
        return await sharing.share(
            self.clinic.database, person, first, others, channel_id=LOBBY, at=NOW + at * DAY
        )

    async def agree(self, person: Person, proposal: Proposal) -> Proposal:
        return await sharing.agree(self.clinic.database, person, proposal.group_id, at=NOW)

    async def step_out(self, which: int) -> None:
        circle_id = self.circles[which].circle_id
        await sharing.step_out(self.clinic.database, self.clinic.moderator, circle_id, at=NOW)

    async def together(self) -> None:
        """Let a moderator bring all circles together."""
        await self.share(self.clinic.moderator, *range(len(self.circles)))

    async def with_circle(self, which: int) -> set[str]:
        """Return the names of those that check in together with a circle, itself among them."""
        async with self.clinic.database.transaction() as tx:
            found = await sharing.circles_with(tx, self.circles[which].circle_id)
        return {circle.name for circle in found}

    def names(self, *which: int) -> set[str]:
        return {self.circles[each].name for each in which}

    async def archive(self, which: int, window: int = 0) -> archiving.Plan:
        circle = self.circles[which]
        return await archiving.archive(
            self.clinic.database,
            self.clinic.window_keys,
            self.clinic.moderator,
            circle.circle_id,
            window,
            name=circle.name,
            keep_channel=True,
            at=NOW,
        )

    async def posted(self, kind: PostKind) -> list[tuple[int, str]]:
        """Return in which channels what is to be said, about what."""
        async with self.clinic.database.transaction() as tx:
            waiting = await stored_posts.list_waiting(tx, 100)
        return [(post.channel_id, post.subject) for post in waiting if post.kind is kind]

    def channels(self, *which: int) -> list[int | None]:
        return [self.circles[each].channel_id for each in which]
