"""The pictures in the documents, taken from the demo: `make pictures`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Page, expect

from tests.end_to_end.page import messages, opened, quiet_browser, ready, running_demo, use_command, view_as

IMAGES = Path(__file__).parents[2] / "docs" / "images"

_TALL = {"width": 600, "height": 1500}
_PLAN = (
    "I answer colleagues curtly. I wake at four.",
    "Walking home the long way. Tea with the door shut.",
    "R., my sister. M. from the Tuesday table.",
    "Leave at six on Thursdays\nTen minutes outside at noon",
)


async def _paced(page: Page) -> None:
    await expect(messages(page).last).to_contain_text("Round 1 of", timeout=15_000)


async def _written(page: Page) -> None:
    await messages(page).last.get_by_role("button", name="Signs and help").click()
    form = page.get_by_role("dialog")
    await expect(form.get_by_role("textbox")).to_have_count(len(_PLAN))
    for field, words in zip(await form.get_by_role("textbox").all(), _PLAN, strict=True):
        await field.fill(words)
    await form.get_by_role("button", name="Submit").click()
    await expect(messages(page).last).to_contain_text("curtly")


@dataclass(frozen=True, slots=True)
class Picture:
    """What the newest message looks like after somebody has used a command, and perhaps gone on."""

    name: str
    viewer: str
    command: str
    option: str = ""
    then: Callable[[Page], Awaitable[None]] | None = None


PICTURES = (
    Picture("practice", "Amina", "/practice now"),
    Picture("card", "Amina", "/learn", "Sleep"),
    Picture("plan", "Amina", "/my plan", then=_written),
    Picture("help-now", "Amina", "/help-now"),
    Picture("circle", "Amina", "/circle info", "Tuesday"),
    Picture("setup-status", "Ruth (owner)", "/setup status"),
    # The last: it goes on changing, under whatever would come next.
    Picture("breathing", "Amina", "/practice breathe", then=_paced),
)


async def draw(folder: Path) -> None:
    """Start the demo, and write each picture into the folder."""
    with running_demo() as address:
        async with quiet_browser() as browser:
            for picture in PICTURES:
                page = await opened(browser, address, _TALL)
                await view_as(page, picture.viewer)
                newest = page.locator("#channel-message-list [data-message-id]").last
                before = await newest.get_attribute("data-message-id") or ""
                await use_command(page, picture.command, picture.option)
                await expect(newest).not_to_have_attribute("data-message-id", before, timeout=20_000)
                if picture.then is not None:
                    await picture.then(page)
                await ready(page)
                await messages(page).last.screenshot(path=folder / f"{picture.name}.png")
                await page.close()


if __name__ == "__main__":
    asyncio.run(draw(Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES))
