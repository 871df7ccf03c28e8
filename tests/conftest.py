"""A database for every test that asks for one: SQLite always, PostgreSQL where a server is installed."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from db import Database, connect
from db.migrations import upgrade

# A busy machine is not a mistake: what has to be fast is measured by benchmarks.
settings.register_profile("respite", deadline=None)
settings.load_profile("respite")


def _server_programs() -> Path | None:
    """Return the newest folder that holds PostgreSQL's server programs, if we may run them."""
    if os.geteuid() == 0 and not _postgres_user_exists():
        return None  # the server refuses to run as root
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(installed, key=lambda folder: float(folder.parent.name), reverse=True)
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


def _postgres_user_exists() -> bool:
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        return False
    return True


PROGRAMS = _server_programs()
ENGINES = ["sqlite", "postgres"] if PROGRAMS else ["sqlite"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not PROGRAMS:
        terminalreporter.write_line("No PostgreSQL server is installed here: tests ran on SQLite only.")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Start a throwaway server without network and yield the address of its database."""
    assert PROGRAMS
    home = Path(tempfile.mkdtemp(prefix="respite-"))  # short: the path of a socket has at most 107 bytes
    as_owner: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
        as_owner = ["runuser", "-u", "postgres", "--"]

    def run(program: str, *arguments: str) -> None:
        command = [*as_owner, str(PROGRAMS / program), "-D", str(home / "data"), *arguments]
        subprocess.run(command, cwd=home, check=True, stdout=subprocess.DEVNULL)

    settings = (
        f"-c listen_addresses='' -c unix_socket_directories='{home}' -c fsync=off -c max_connections=50"
    )
    try:
        run("initdb", "--username=respite", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        run("pg_ctl", "start", "--wait", "--log", str(home / "log"), "--options", settings)
        try:
            yield f"postgresql:///postgres?host={home}&user=respite"
        finally:
            run("pg_ctl", "stop", "--mode=immediate")
    finally:
        shutil.rmtree(home)


@pytest.fixture(params=ENGINES)
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty database of our own."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/respite.db"
    url: str = request.getfixturevalue("postgres_server")
    await _empty(url)
    return url


async def _empty(url: str) -> None:
    """Take away what the last test left: 1 ms, where a new database takes 400."""
    import asyncpg  # noqa: PLC0415 - so that the suite runs without it

    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid();"
            "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
        )
    finally:
        await connection.close()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Yield an empty database with the tables of this version."""
    opened = await connect(database_url)
    try:
        await upgrade(opened)
        yield opened
    finally:
        await opened.close()
