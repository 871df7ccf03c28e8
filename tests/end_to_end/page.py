"""A browser in front of the demo: how it is started, and what a visitor can do with its page."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from playwright.async_api import Browser, Locator, Page, async_playwright, expect

expect.set_options(timeout=15_000)  # a busy machine takes its time

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}

_COMMAND = (sys.executable, "-m", "bot", "demo", "--port", "0")
_QUIET_BROWSER = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_SECONDS_TO_STOP = 15  # a second or two, where nothing else keeps the machine busy


@contextmanager
def running_demo() -> Iterator[str]:
    """Yield the address of a running demo, as the terminal shows it. Ctrl-C ends it, quickly and quietly."""
    demo = subprocess.Popen(_COMMAND, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert demo.stdout is not None
    said: list[str] = []
    found = None
    for line in demo.stdout:
        said.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+/#\S+", line):
            break
    assert found is not None, "".join(said)
    yield found[0]
    demo.send_signal(signal.SIGINT)
    try:
        last_words, _ = demo.communicate(timeout=_SECONDS_TO_STOP)
    finally:
        demo.kill()
    assert demo.returncode == 0
    assert "Traceback" not in last_words


@asynccontextmanager
async def quiet_browser() -> AsyncIterator[Browser]:
    """Yield a browser that talks to nobody else."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=_QUIET_BROWSER)
        yield browser
        await browser.close()


async def opened(browser: Browser, address: str, size: dict[str, int] = DESK) -> Page:
    """Open the page and wait until it can be used."""
    page = await browser.new_page(viewport=size)  # pyright: ignore[reportArgumentType]
    await page.goto(address)
    await ready(page)
    return page


async def ready(page: Page) -> None:
    await expect(page.locator("#preview-app")).to_have_attribute("aria-busy", "false", timeout=20_000)
    await expect(page.get_by_role("button", name="A week later")).to_be_enabled(timeout=20_000)


async def view_as(page: Page, name: str) -> None:
    viewers = page.get_by_role("combobox", name="Viewing as")
    async with page.expect_response("**/api/action"):
        await viewers.select_option(label=name)
    await expect(viewers.locator("option:checked")).to_have_text(name)
    await ready(page)


async def show_channel(page: Page, name: str) -> None:
    async with page.expect_navigation():
        await page.get_by_role("combobox", name="Channel", exact=True).select_option(label=f"# {name}")
    await ready(page)


async def later(page: Page, what: str) -> None:
    await page.get_by_role("button", name=what).click()
    await expect(page.get_by_role("status").filter(has_text="Moving to")).to_be_visible()
    await ready(page)


async def use_command(page: Page, command: str, option: str = "") -> None:
    """Type a command, pick it, pick its first option by the beginning of a name, and send it."""
    await page.get_by_role("textbox", name="Message").fill(command)
    await page.locator(".command-entry").first.click()
    if option:
        await page.keyboard.type(option)
        await page.locator(".command-suggestion", has_text=option).first.click()
    await page.get_by_role("button", name="Send").click()


def messages(page: Page) -> Locator:
    return page.locator("#channel-message-list > article")
