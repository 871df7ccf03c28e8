"""A private reflection on load: a line for each week, sealed, and no judgement of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.services import authority, private_pages
from bot.services.authority import Action
from bot.services.member_keys import MemberKeys
from bot.services.people import Person
from bot.services.private_pages import Page
from bot.services.refusals import Because, Refusal
from db import Database

KEPT_WEEKS = 104
HEAVY = 2
"""What a session that weighs heavily counts for in the weighted caseload; any other counts once."""

_HOURS, _SESSIONS, _STEPS = range(100), range(80), range(1, 6)


@dataclass(frozen=True, slots=True)
class Week:
    """What somebody noted about one week.

    `breaks` and `boundaries` run from 1 (hardly any) to 5 (as I wanted).
    """

    begins: date
    hours: int
    heavy: int
    other: int
    breaks: int
    boundaries: int

    @property
    def weighted(self) -> int:
        """The caseload, with heavy sessions counted twice."""
        return HEAVY * self.heavy + self.other


@dataclass(frozen=True, slots=True)
class Note:
    """What a form said of the week."""

    hours: int
    heavy: int
    other: int
    breaks: int
    boundaries: int

    def __post_init__(self) -> None:
        """Refuse what the form did not ask for."""
        fits = (
            self.hours in _HOURS
            and self.heavy in _SESSIONS
            and self.other in _SESSIONS
            and self.breaks in _STEPS
            and self.boundaries in _STEPS
        )
        if not fits:
            raise Refusal(Because.UNKNOWN_LOAD)


async def find(database: Database, member_keys: MemberKeys, person: Person) -> Sequence[Week]:
    """Return the weeks that the person noted, the latest first."""
    async with database.transaction() as tx:
        await authority.authorize(tx, Action.KEEP_OWN, person)
        content = await private_pages.read(tx, member_keys.find(person.locator), Page.LOAD)
    return _weeks(content)


async def note(
    database: Database, member_keys: MemberKeys, person: Person, noted: Note, *, at: datetime
) -> Sequence[Week]:
    """Keep a line for the week of `at` on the server's calendar, in the place of an earlier one for it."""
    async with database.transaction() as tx:
        server = await authority.authorize(tx, Action.KEEP_OWN, person)
        today = at.astimezone(ZoneInfo(server.time_zone)).date()
        monday = today - timedelta(days=today.weekday())
        member = await member_keys.of(tx, person.locator)
        content = await private_pages.read(tx, member, Page.LOAD)
        weeks = {**content.get("weeks", {}), monday.isoformat(): asdict(noted)}
        oldest = (monday - timedelta(weeks=KEPT_WEEKS)).isoformat()
        content = {"weeks": {begins: week for begins, week in weeks.items() if begins > oldest}}
        await private_pages.write(tx, member, Page.LOAD, content)
    await database.forget()
    return _weeks(content)


def _weeks(content: private_pages.Content) -> Sequence[Week]:
    weeks: dict[str, dict[str, int]] = content.get("weeks", {})
    found = [Week(begins=date.fromisoformat(begins), **noted) for begins, noted in weeks.items()]
    return sorted(found, key=lambda week: week.begins, reverse=True)
