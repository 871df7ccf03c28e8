"""One practice for whoever asks, and what people found of it: privately, or as a number for a circle."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.services import authority, member_settings, private_pages
from bot.services import circles as circle_service
from bot.services.authority import Action
from bot.services.member_keys import MemberKeys
from bot.services.people import Person
from bot.services.practices import Library, Practice, when_each
from bot.services.private_pages import Page
from bot.services.refusals import Because, Refusal
from bot.services.rules.practices import Taste, When, choose, part_of_day
from db import Database, prompts


class Opinion(StrEnum):
    """What somebody found of a practice."""

    USEFUL = "useful"
    UNSUITABLE = "unsuitable"


@dataclass(frozen=True, slots=True)
class Offer:
    """A practice and why it was chosen. `moment` is None where the time of day was no reason.

    `reduced`: the person prefers shorter texts.
    """

    practice: Practice
    theme: str | None
    moment: When | None
    was_useful: bool
    reduced: bool


class Opinions:
    """Who has said already what they found of a circle's practice: in memory only, so that each counts once.

    After a restart somebody may count twice. That is the price of not writing down who said something.
    """

    MOST = 10_000

    def __init__(self) -> None:
        self._said: dict[tuple[int, str, bytes], None] = {}

    def first_of(self, circle_id: int, practice_id: str, locator: bytes) -> bool:
        """Say whether this person has not said it before."""
        key = circle_id, practice_id, locator
        if key in self._said:
            return False
        self._said[key] = None
        while len(self._said) > self.MOST:
            del self._said[next(iter(self._said))]
        return True


async def offer(
    database: Database,
    member_keys: MemberKeys,
    library: Library,
    person: Person,
    *,
    theme: str | None,
    minutes: int | None,
    instead_of: str | None,
    at: datetime,
) -> Offer:
    """Return one practice that fits. It is remembered only for somebody who has said what they find useful.

    `instead_of` is the one that was shown just before. Raises: Refusal where nothing fits.
    """
    if theme is not None and theme not in library.themes:
        raise Refusal(Because.UNKNOWN_THEME)
    fitting = library.fitting(theme, minutes)
    if not fitting:
        raise Refusal(Because.NO_PRACTICE_FITS)
    async with database.transaction() as tx:
        server = await authority.authorize(tx, Action.BE_OFFERED_PRACTICE, person)
        member = await member_keys.held(tx, person.locator)
        settings = await member_settings.read(tx, member, server.time_zone)
        moment = part_of_day(at.astimezone(ZoneInfo(settings.time_zone)).time())
        content = await private_pages.read(tx, member, Page.TASTE)
        taste = _taste(content, instead_of)
        # Who is unknown gets another order each time, or they would always be shown the same.
        salt = person.locator.hex() if content else f"{person.locator.hex()}{at.timestamp()}"
        chosen = choose(when_each(fitting), taste, salt=salt, moment=moment)
        if member is not None and content:
            content["shown"] = {**taste.shown, chosen: taste.shown.get(chosen, 0) + 1}
            await private_pages.write(tx, member, Page.TASTE, content | {"last": chosen})
    practice = library.get(chosen)
    if practice is None:
        raise LookupError("the chosen practice is not in the library")
    fitting_moment = moment if moment in practice.when else None
    return Offer(practice, theme, fitting_moment, chosen in taste.useful, settings.reduced)


async def opine(
    database: Database,
    member_keys: MemberKeys,
    library: Library,
    person: Person,
    practice_id: str,
    opinion: Opinion,
) -> Practice:
    """Keep, sealed, what somebody found of a practice; from now on offers follow it. The last word holds."""
    practice = _require(library, practice_id)
    async with database.transaction() as tx:
        member = await member_keys.of(tx, person.locator)
        content = await private_pages.read(tx, member, Page.TASTE)
        opinions = {**content.get("opinions", {}), practice_id: opinion.value}
        content = {"shown": {}, "last": practice_id} | content | {"opinions": opinions}
        await private_pages.write(tx, member, Page.TASTE, content)
    return practice


async def count_for_circle(
    database: Database,
    opinions: Opinions,
    library: Library,
    person: Person,
    channel_id: int,
    practice_id: str,
    opinion: Opinion,
) -> None:
    """Count what a member of this channel's circle found of a practice: a number, and no name.

    Raises: Refusal for whoever has no seat there.
    """
    _require(library, practice_id)
    async with database.transaction() as tx:
        circle = await circle_service.find_here(tx, person, None, channel_id)
        await authority.authorize(tx, Action.RATE_PRACTICE, person, circle)
        if opinions.first_of(circle.circle_id, practice_id, person.locator):
            useful = opinion is Opinion.USEFUL
            await prompts.count_opinion(tx, circle.circle_id, practice_id, useful=useful)


def _taste(content: private_pages.Content, instead_of: str | None) -> Taste:
    opinions: dict[str, str] = content.get("opinions", {})

    def those(opinion: Opinion) -> Collection[str]:
        return [each for each, found in opinions.items() if found == opinion.value]

    return Taste(
        shown=content.get("shown", {}),
        last=instead_of or content.get("last"),
        useful=frozenset(those(Opinion.USEFUL)),
        unsuitable=frozenset(those(Opinion.UNSUITABLE)),
    )


def _require(library: Library, practice_id: str) -> Practice:
    practice = library.get(practice_id)
    if practice is None:
        raise Refusal(Because.EXPIRED)
    return practice
