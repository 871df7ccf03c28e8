"""The demo as a visitor meets it: the real bot, started from the command line, in a real browser."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
from playwright.async_api import Browser, expect

from tests.end_to_end.page import (
    CHROMIUM,
    PHONE,
    later,
    messages,
    opened,
    quiet_browser,
    running_demo,
    show_channel,
    use_command,
    view_as,
)

if CHROMIUM is None:
    pytest.skip("the demo page is tested in Chromium, which is not installed here", allow_module_level=True)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running_demo() as found:
        yield found


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with quiet_browser() as opened_browser:
        yield opened_browser


async def test_a_member_checks_in_and_reads_a_private_receipt(browser: Browser, address: str) -> None:
    page = await opened(browser, address)
    await view_as(page, "Daniel")
    await page.get_by_role("button", name="Check in", exact=True).last.click()
    form = page.get_by_role("dialog", name="Check-in")
    await expect(form.get_by_role("radiogroup")).to_have_count(4)
    for group in await form.get_by_role("radiogroup").all():
        await group.get_by_role("radio").nth(1).check()
    await form.get_by_role("button", name="Submit").click()
    receipt = messages(page).last
    await expect(receipt).to_contain_text("Only you can see this")
    await expect(receipt.get_by_role("button", name="Withdraw")).to_be_in_viewport()

    await view_as(page, "Priya")
    await expect(page.get_by_text("Only you can see this")).to_have_count(0)


async def test_a_week_later_the_bands_are_released_and_the_next_check_in_is_open(
    browser: Browser, address: str
) -> None:
    page = await opened(browser, address)
    released = messages(page).filter(has_text="The check-in has closed")
    before = await released.last.inner_text()
    started = time.monotonic()
    await later(page, "A week later")
    assert time.monotonic() - started < 20
    await expect(released.last).not_to_have_text(before, use_inner_text=True)
    await expect(released.last).to_contain_text(re.compile("(5–7|8–12) answers"))
    await expect(page.get_by_role("button", name="Check in", exact=True).last).to_be_enabled()


async def test_every_practice_of_a_week_is_posted_at_its_own_time(browser: Browser, address: str) -> None:
    page = await opened(browser, address)
    times = page.locator("#channel-message-list time")
    before = set(await times.all_inner_texts())
    await later(page, "A week later")
    new = set(await times.all_inner_texts()) - before
    assert len([moment for moment in new if moment.endswith("12:30")]) >= 4, new


async def test_another_circle_is_shown_to_those_who_may_read_it(browser: Browser, address: str) -> None:
    page = await opened(browser, address)
    await view_as(page, "Kwame")
    await show_channel(page, "night-shift")
    viewers = page.get_by_role("combobox", name="Viewing as")
    await expect(viewers.locator("option:checked")).to_have_text("Kwame")
    names = await viewers.locator("option").all_inner_texts()
    assert "Ingrid" in names
    assert "Priya" not in names
    await show_channel(page, "tuesday-table")


async def test_nobody_begins_with_what_they_were_told_weeks_ago(browser: Browser, address: str) -> None:
    page = await opened(browser, address)
    await show_channel(page, "lobby")
    for name in ("Ruth (owner)", "Grace (moderator)", "Ingrid"):
        await view_as(page, name)
        await expect(page.get_by_text("/circle browse", exact=True)).to_be_visible()
        await expect(page.get_by_text("Only you can see this")).to_have_count(0)
    await show_channel(page, "tuesday-table")


async def test_two_pages_are_two_people_in_one_channel(browser: Browser, address: str) -> None:
    mine, theirs = await opened(browser, address), await opened(browser, address)
    await view_as(mine, "Sofia")
    composer = mine.get_by_role("textbox", name="Message")
    await composer.fill("Lunch is on me today.")
    await composer.press("Enter")
    await expect(messages(theirs).last).to_contain_text("Lunch is on me today.")
    await expect(messages(theirs).last).to_be_in_viewport()


async def test_who_leaves_a_circle_is_no_longer_among_its_viewers(browser: Browser, address: str) -> None:
    page = await opened(browser, address)
    await show_channel(page, "night-shift")
    await view_as(page, "Mateo")
    await use_command(page, "/circle leave", "Night")
    viewers = page.get_by_role("combobox", name="Viewing as")
    await expect(viewers.locator("option:checked")).not_to_have_text("Mateo", timeout=15_000)
    assert "Mateo" not in await viewers.locator("option").all_inner_texts()
    await later(page, "A week later")  # the others go on without him
    await show_channel(page, "tuesday-table")


async def test_a_breathing_guide_goes_on_by_itself_until_it_is_ended(browser: Browser, address: str) -> None:
    page = await opened(browser, address)
    await view_as(page, "Hiroshi")
    await use_command(page, "/practice breathe")
    guide = messages(page).last
    await expect(guide).to_contain_text("It begins in a moment", timeout=15_000)
    await expect(guide).to_contain_text("Round 1 of", timeout=15_000)
    await guide.get_by_role("button", name="End").click()
    await expect(guide.get_by_role("button", name="Pause")).to_have_count(0)


async def test_a_refusal_is_an_answer(browser: Browser, address: str) -> None:
    page = await opened(browser, address)
    await show_channel(page, "lobby")
    await view_as(page, "Leila")
    await use_command(page, "/checkin")
    await expect(messages(page).last).to_contain_text("Only you can see this")
    await expect(page.get_by_role("textbox", name="Message")).to_be_enabled()
    await show_channel(page, "tuesday-table")


async def test_on_a_phone_everything_is_within_reach(browser: Browser, address: str) -> None:
    page = await opened(browser, address, PHONE)
    assert await page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
    for control in (
        page.get_by_role("button", name="A day later"),
        page.get_by_role("button", name="A week later"),
        page.get_by_role("combobox", name="Channel", exact=True),
        page.get_by_role("combobox", name="Viewing as"),
        page.get_by_role("textbox", name="Message"),
    ):
        await expect(control).to_be_in_viewport(ratio=1)


async def test_the_page_says_what_it_is_and_hides_what_would_puzzle(browser: Browser, address: str) -> None:
    page = await opened(browser, address)
    await expect(
        page.get_by_text("A pretend Discord").or_(page.get_by_text("pretend Discord"))
    ).to_be_visible()
    for chrome in ("Inspector", "Capture", "Messages", "Refresh preview"):
        await expect(page.get_by_role("button", name=chrome, exact=True)).to_have_count(0)


async def test_two_visitors_who_press_at_once_do_not_move_the_clock_twice(address: str) -> None:
    base, key = address.split("/#")
    async with aiohttp.ClientSession(headers={"X-Simcord-Capability": key}) as session:

        async def press() -> int:
            async with session.post(f"{base}/respite/advance", json={"days": 1}) as answer:
                return answer.status

        assert sorted(await asyncio.gather(press(), press())) == [200, 409]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"X-Simcord-Capability": "wrong"}, 401),
        ({"X-Simcord-Capability": "KEY", "Host": "rebound.example"}, 403),
        ({"X-Simcord-Capability": "KEY", "Origin": "https://elsewhere.example"}, 403),
        ({"X-Simcord-Capability": "KEY", "Origin": "null"}, 403),
        ({"X-Simcord-Capability": "KEY"}, 200),
    ],
)
async def test_only_a_page_of_the_demo_itself_may_ask(
    address: str, headers: dict[str, str], status: int
) -> None:
    base, key = address.split("/#")
    sent = {name: value.replace("KEY", key) for name, value in headers.items()}
    async with aiohttp.ClientSession() as session:
        for path in ("/respite/state", "/api/commands"):
            async with session.get(base + path, headers=sent) as answer:
                if status == 200 and path == "/api/commands":
                    continue  # it also needs a page of its own
                assert answer.status == status, path
