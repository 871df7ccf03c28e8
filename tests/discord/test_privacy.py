"""`/privacy`: what it claims, against what is stored, what the rules say, and what the documents promise."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import discord
import pytest
import simcord

from bot.demo import acting
from bot.services.rules.anonymity import FLOOR, FLOOR_WITH_FACILITATOR, HISTOGRAM_FROM, MEANS_FROM
from bot.services.rules.retention import LONGEST
from bot.services.trends import KEPT_MONTHS
from bot.services.windows import SHORTEST_DAYS
from bot.services.workloads import KEPT_WEEKS
from cogs.privacy.messages import Page
from db.registry import REGISTRY
from tests.discord import forgery
from tests.discord.conftest import Town, embed, sentence, text_of
from tests.schema import stored_columns

ROOT = Path(__file__).parents[2]
WORDS = tomllib.loads((ROOT / "bot" / "content" / "privacy.toml").read_text("utf-8"))
EXPIRED = "This has expired. The command that it came from will give you a new one."

NUMBERS = {
    FLOOR - 1,
    FLOOR,
    FLOOR_WITH_FACILITATOR,
    MEANS_FROM - 1,
    MEANS_FROM,
    HISTOGRAM_FROM,
    SHORTEST_DAYS,
    *LONGEST.values(),
    KEPT_MONTHS,
    KEPT_WEEKS,
}

SPELT = {5: "five", 6: "six", 7: "seven"}


async def ask(town: Town) -> simcord.InteractionResult:
    return await acting.slash(town.members[0], town.lobby, "privacy")


async def turn(town: Town, shown: simcord.InteractionResult, page: Page) -> list[discord.Embed]:
    """Turn to a page, and through all its parts."""
    await acting.press(town.members[0], acting.answer(shown), f"privacy:{page.value}:0")
    parts = [embed(shown)]
    while further := acting.find_button(acting.answer(shown), f"privacy:{page.value}:"):
        await acting.press(town.members[0], acting.answer(shown), further)
        parts.append(embed(shown))
    return parts


async def every_page(town: Town) -> dict[Page, list[discord.Embed]]:
    """Turn through everything that there is to read."""
    shown = await ask(town)
    pages = {Page.PROMISE: [embed(shown)]}
    for page in Page:
        if page is not Page.PROMISE:
            pages[page] = await turn(town, shown, page)
    return pages


def flat(text: str) -> str:
    """Return a text without line breaks, and without the marks of a quotation and of emphasis."""
    return " ".join(re.sub(r"(?m)^>|\*", "", text).split())


# What it says


async def test_the_first_page_is_short_and_says_the_promise_as_the_documents_do(town: Town) -> None:
    shown = embed(await ask(town))
    assert len(shown) < 1000
    for promised in (WORDS["promise"], WORDS["limits"]):
        for text in (text_of(shown), *(path.read_text("utf-8") for path in documents())):
            assert promised in flat(text)


def documents() -> list[Path]:
    return [ROOT / "README.md", ROOT / "docs" / "privacy.md"]


async def test_every_page_can_be_turned_to_and_back_and_fits_discord(town: Town) -> None:
    for page, parts in (await every_page(town)).items():
        assert all(len(part) <= 6000 and len(part.fields) <= 25 for part in parts), page
        assert all(0 < len(field.value or "") <= 1024 for part in parts for field in part.fields), page
    shown = await ask(town)
    first = text_of(embed(shown))
    await turn(town, shown, Page.MEMBER)
    assert [text_of(part) for part in await turn(town, shown, Page.PROMISE)] == [first]


async def test_it_names_every_column_that_there_is_and_why_and_how_long_it_is_kept(town: Town) -> None:
    said = "\n".join(text_of(part) for parts in (await every_page(town)).values() for part in parts)
    columns = {(column.table, column.name): column for column in REGISTRY}
    stored = await stored_columns(town.house.database)
    assert not unsaid(stored, said)
    for table, name in stored:
        column = columns[table, name]
        assert f"• **{name.replace('_', ' ')}**: {column.why}" in said
        assert f"*Stays {column.kept}.*" in said


async def test_a_column_of_which_it_does_not_tell_is_noticed(town: Town) -> None:
    async with town.house.database.transaction() as tx:
        await tx.execute("ALTER TABLE circle_member ADD COLUMN mood TEXT")
        await tx.execute("CREATE TABLE diary (entry TEXT)")
    said = "\n".join(text_of(part) for parts in (await every_page(town)).values() for part in parts)
    assert unsaid(await stored_columns(town.house.database), said) == {
        ("circle_member", "mood"),
        ("diary", "entry"),
    }


def unsaid(stored: set[tuple[str, str]], said: str) -> set[tuple[str, str]]:
    """Return the columns that stand on no page under the name of their table."""
    found: set[tuple[str, str]] = set()
    table = ""
    for line in said.splitlines():
        if match := re.fullmatch(r"• \*\*([a-z0-9 ]+)\*\*: .*", line):
            found.add((table, match[1].replace(" ", "_")))
        elif not line.startswith("*Stays"):
            table = line.removesuffix(", continued").lower().replace(" ", "_")
    return stored - found


async def test_every_number_on_the_pages_is_one_of_the_rules(town: Town) -> None:
    for parts in (await every_page(town)).values():
        for part in parts:
            text = text_of(part).removesuffix(part.footer.text or "")
            assert {int(number) for number in re.findall(r"\d+", text)} <= NUMBERS


def test_the_words_that_are_written_by_hand_hold_no_number() -> None:
    text = (ROOT / "bot" / "content" / "privacy.toml").read_text("utf-8")
    assert not re.search(r"\d", text)


@pytest.mark.parametrize(
    "claim",
    [
        f"At least {SPELT[FLOOR]} answers, and {SPELT[FLOOR_WITH_FACILITATOR]} where",
        f"Up to {MEANS_FROM - 1} answers",
        f"From {MEANS_FROM} answers",
        f"From {HISTOGRAM_FROM} answers",
        f"Windows last at least {SPELT[SHORTEST_DAYS]} days",
        *(f"{days} days" for days in LONGEST.values()),
    ],
)
def test_the_document_for_engineers_gives_the_same_numbers(claim: str) -> None:
    assert claim in flat((ROOT / "docs" / "privacy.md").read_text("utf-8"))


# This server


async def test_it_tells_what_holds_on_this_server(town: Town, circle: simcord.ChannelHandle) -> None:
    here = text_of((await turn(town, await ask(town), Page.HERE))[0])
    assert f"{FLOOR}, and {FLOOR_WITH_FACILITATOR} where" in here
    for days in LONGEST.values():
        assert f"stay for {days} days" in here
    async with town.house.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO server_retention (server_id, what, days) VALUES ($1, 'results', 99)", town.guild.id
        )
    assert "stay for 99 days" in text_of((await turn(town, await ask(town), Page.HERE))[0])


async def test_it_can_be_read_before_the_server_is_set_up_and_leaves_no_trace(town: Town) -> None:
    await every_page(town)
    assert list(town.house.member_keys.all()) == []


# What was not offered


async def test_a_page_that_there_is_not_is_refused(town: Town) -> None:
    for custom_id in ("privacy:diary:0", "privacy:who:7", "privacy:member:99"):
        pressed = await forgery.press(town.members[0], town.lobby, custom_id)
        assert sentence(pressed) == EXPIRED, custom_id
