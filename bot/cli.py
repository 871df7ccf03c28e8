"""The command line. What does not talk to Discord does not import it: that alone takes half a second."""

from __future__ import annotations

import asyncio
import signal
import sys
import zoneinfo
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer

from bot import logs
from bot.config import BadConfiguration, Settings, load, read_token

T = TypeVar("T")

app = typer.Typer(
    help="Respite: peer support for mental-health professionals, on your own Discord server.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
config_app = typer.Typer(help="The configuration.", no_args_is_help=True)
db_app = typer.Typer(help="The database.", no_args_is_help=True)
keys_app = typer.Typer(help="The keys.", no_args_is_help=True)
app.add_typer(config_app, name="config")
app.add_typer(db_app, name="db")
app.add_typer(keys_app, name="keys")

Config = Annotated[Path | None, typer.Option("--config", help="Which config.toml. Default: ./config.toml")]


def main() -> None:
    """Run a command. Exit codes: 0 fine, 1 something is wrong (one line says what), 2 wrong usage."""
    # The pinned time zone tables count, not whichever ones this machine happens to have.
    zoneinfo.reset_tzpath(())
    try:
        app()
    except BadConfiguration as wrong:
        stop(str(wrong))


def stop(line: str) -> NoReturn:
    """Say what is wrong and end with exit code 1."""
    print(line, file=sys.stderr)  # noqa: T201 - the command line speaks to the operator
    sys.exit(1)


def say(line: str) -> None:
    """Tell the operator something."""
    print(line, flush=True)  # noqa: T201 - the command line speaks to the operator


@app.command()
def run(config: Config = None) -> None:
    """Run the bot."""
    from bot.running import run_bot

    settings = _settings(config)
    token = read_token(settings)
    _wait_for(lambda: run_bot(settings, token, say))


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Where the page is served; 0 takes any free port.")] = 8765,
) -> None:
    """Try the bot in a browser page, on a pretend Discord, with no account and no token."""
    if find_spec("simcord") is None:
        stop("The demo's pretend Discord is not installed. `make demo` installs it.")
    from bot.running import run_demo

    logs.set_up("ERROR", "text")
    # Ended by the system it tidies up as well as when ended by Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _wait_for(lambda: run_demo(port, say))


@app.command()
def doctor(
    privacy: Annotated[bool, typer.Option("--privacy", help="Look for leaks in every file instead.")] = False,
    config: Config = None,
) -> None:
    """Say what is wrong on this machine, without connecting to anything but the bot that runs on it."""
    from bot.doctor import find_problems
    from bot.leaks import find_leaks

    settings, now = _settings(config), datetime.now(UTC)
    if privacy:
        problems = asyncio.run(find_leaks(settings, say, now, config=config))
    else:
        problems = asyncio.run(find_problems(settings, say, now.date()))
    for problem in problems:
        say(f"✗ {problem}")
    if problems:
        sys.exit(1)
    say("Nothing is wrong.")


@app.command()
def backup(
    to: Annotated[Path | None, typer.Option(help="Which folder. Default: backup.folder")] = None,
    config: Config = None,
) -> None:
    """Make a backup: the database, encrypted, and the keys that its rows need."""
    from bot.upkeep import back_up

    _wait_for(lambda: back_up(_settings(config), to and to.absolute(), say))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="The backup, respite-….age", show_default=False)],
    keys: Annotated[
        Path | None, typer.Option(help="The copy of the keys. Default: keys.backup beside the backup")
    ] = None,
    config: Config = None,
) -> None:
    """Restore a backup where there is no database yet; nothing is ever overwritten."""
    from bot.upkeep import restore_backup

    _wait_for(lambda: restore_backup(_settings(config), file, keys, say))


@app.command()
def commands() -> None:
    """Print every command of the bot as the page docs/commands.md."""
    from bot.reference import describe_commands

    say(asyncio.run(describe_commands()))


@app.command()
def sources() -> None:
    """Print every source of the content as the page docs/sources.md."""
    from bot.sources import describe_sources

    say(describe_sources())


@config_app.command()
def check(config: Config = None) -> None:
    """Check the configuration, and say everything that is wrong with it."""
    load(config)
    say("The configuration is fine.")


@db_app.command()
def upgrade(config: Config = None) -> None:
    """Bring the database up to date. `run` does this by itself."""
    from bot.house import upgrade_database

    versions = _wait_for(lambda: upgrade_database(_settings(config)))
    say(f"Upgraded to version {versions[-1]}." if versions else "The database is up to date.")


@keys_app.command()
def rotate(config: Config = None) -> None:
    """Make a new master key, under which everything is wrapped anew while the bot runs on."""
    from bot.upkeep import rotate_keys

    _wait_for(lambda: rotate_keys(_settings(config), say))


def _settings(config: Path | None) -> Settings:
    settings = load(config)
    logs.set_up(settings.log.level, settings.log.format)
    return settings


def _wait_for(begin: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run to the end. Whatever the operator can mend becomes one line."""
    from bot.house import CannotStart
    from db import DatabaseFromTheFuture, DatabaseUnavailable

    try:
        return asyncio.run(begin())
    except KeyboardInterrupt:
        sys.exit(0)
    except (CannotStart, DatabaseUnavailable, DatabaseFromTheFuture, OSError) as wrong:
        stop(str(wrong))
