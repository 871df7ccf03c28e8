"""Retention: what is older than its server keeps it goes by itself, and nothing else does."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.services import erasure, installation, retention, windows
from bot.services.people import Person
from bot.services.posts import PostKind, PostState
from bot.services.refusals import Because
from bot.services.retention import AT_ONCE, EVERY, Choice
from bot.services.rules.retention import LONGEST, SHORTEST, Limit
from db import connect
from db import posts as stored_posts
from db.migrations import upgrade
from tests.services.conftest import DAY, NOW, WEEK, Clinic, at_once, refused
from tests.services.test_no_identity import every_file, found

SECOND = timedelta(seconds=1)
AFTER = {limit: timedelta(days=days) for limit, days in LONGEST.items()}


@pytest.fixture
async def clinic(clinic: Clinic) -> Clinic:
    """The clinic with the row in which the next round is remembered."""
    await installation.adopt(clinic.database, clinic.member_keys.check)
    return clinic


async def run(clinic: Clinic, at: datetime) -> bool:
    return await retention.run_due(clinic.database, clinic.member_keys, at=at)


async def would_go(
    clinic: Clinic, limit: Limit, days: int, at: datetime, person: Person | None = None
) -> Choice:
    return await retention.what_would_go(clinic.database, person or clinic.owner, limit, days, at=at)


async def choose(
    clinic: Clinic, limit: Limit, days: int, at: datetime, person: Person | None = None
) -> Choice:
    return await retention.choose(clinic.database, person or clinic.owner, limit, days, at=at)


async def said(clinic: Clinic, due_at: datetime, state: PostState = PostState.SENT, *, many: int = 1) -> None:
    """Note posts that were said then."""
    async with clinic.database.transaction() as tx:
        for number in range(many):
            await stored_posts.insert_post(
                tx,
                kind=PostKind.PRACTICE,
                server_id=clinic.server_id,
                channel_id=77,
                subject=str(number),
                due_at=due_at,
                lapses_at=due_at + WEEK,
            )
        await tx.execute(f"UPDATE post SET state = '{state.value}' WHERE state = 'waiting'")


async def closed(clinic: Clinic) -> int:
    """Let five people answer in a window, close it, and return its id. It closes a week from now."""
    people = clinic.people(5)
    window_id = await clinic.open(await clinic.circle(seated=people))
    await clinic.all_answer(people, window_id)
    await clinic.close()
    assert await clinic.count("release") == 1
    return window_id


# By itself


async def test_it_runs_once_a_day_also_where_two_processes_tick(clinic: Clinic) -> None:
    assert sorted(await at_once(clinic.database, run(clinic, NOW), run(clinic, NOW))) == [False, True]
    assert not await run(clinic, NOW + EVERY - SECOND)
    assert await run(clinic, NOW + EVERY)
    assert await run(clinic, NOW + 30 * EVERY)
    assert not await run(clinic, NOW + 30 * EVERY + SECOND)


async def test_a_result_goes_with_its_window_when_its_days_are_over(clinic: Clinic) -> None:
    await closed(clinic)
    over = NOW + WEEK + AFTER[Limit.RESULTS]
    await run(clinic, over)
    assert await clinic.count("release") == await clinic.count("checkin_window") == 1
    await run(clinic, over + DAY)
    assert await clinic.count("release") == await clinic.count("checkin_window") == 0
    assert await clinic.count("circle") == 1


async def test_an_open_window_stays_however_old(clinic: Clinic) -> None:
    window_id = await clinic.open(await clinic.circle())
    await run(clinic, NOW + 2 * AFTER[Limit.RESULTS])
    assert (await clinic.window(window_id)).opens_at == NOW
    assert clinic.window_keys.read(window_id) is not None


async def test_posts_that_are_done_go_and_waiting_ones_stay(clinic: Clinic) -> None:
    for state in PostState:
        if state is not PostState.WAITING:
            await said(clinic, NOW, state)
    await stay_waiting(clinic)
    await run(clinic, NOW + AFTER[Limit.POSTS])
    assert await clinic.count("post") == len(PostState)
    await run(clinic, NOW + AFTER[Limit.POSTS] + DAY)
    assert await clinic.count("post") == await clinic.count("post", state="waiting") == 1


async def stay_waiting(clinic: Clinic) -> None:
    async with clinic.database.transaction() as tx:
        await stored_posts.insert_post(
            tx,
            kind=PostKind.PRACTICE,
            server_id=clinic.server_id,
            channel_id=77,
            subject="waits",
            due_at=NOW,
            lapses_at=NOW + 10 * AFTER[Limit.RESULTS],
        )


async def test_more_than_fit_into_one_transaction_go_all_the_same(clinic: Clinic) -> None:
    await said(clinic, NOW, many=2 * AT_ONCE + 1)
    await run(clinic, NOW + AFTER[Limit.POSTS] + DAY)
    assert await clinic.count("post") == 0


async def test_the_sweep_of_keys_is_right_after_all_windows_have_gone(clinic: Clinic) -> None:
    await closed(clinic)
    await run(clinic, NOW + WEEK + AFTER[Limit.RESULTS] + DAY)
    later = NOW + 2 * AFTER[Limit.RESULTS]
    window_id = await clinic.open(at=later)
    assert await windows.sweep(clinic.database, clinic.window_keys) == 0
    assert clinic.window_keys.read(window_id) is not None


async def test_an_erasure_that_was_cut_short_is_finished_with_the_daily_round(clinic: Clinic) -> None:
    [person] = clinic.people(1)
    await clinic.circle(seated=[person])
    await clinic.member_keys.set_aside(person.locator)
    await run(clinic, NOW)
    assert clinic.member_keys.being_erased() == []
    assert await clinic.count("circle_member", member_key=person.key) == 0
    assert await erasure.finish(clinic.database, clinic.member_keys) == 0


# What a server chooses


async def test_by_default_everything_stays_as_long_as_it_may(clinic: Clinic) -> None:
    assert await retention.look(clinic.database, clinic.owner) == LONGEST


async def test_a_server_that_keeps_less_loses_what_is_older_and_no_other_server_does(clinic: Clinic) -> None:
    other = Clinic(clinic.database, clinic.folder / "other", server_id=clinic.server_id + 10_000)
    await other.set_up()
    for each in (clinic, other):
        await said(each, NOW)
        await said(each, NOW + 20 * DAY)
    at = NOW + 40 * DAY
    assert await would_go(clinic, Limit.POSTS, 30, at) == Choice(Limit.POSTS, 30, 1)
    assert await clinic.count("post", server_id=clinic.server_id) == 2  # nothing goes before it is chosen
    assert await choose(clinic, Limit.POSTS, 30, at) == Choice(Limit.POSTS, 30, 1)
    assert await clinic.count("post", server_id=clinic.server_id) == 1
    assert await clinic.count("post", server_id=other.server_id) == 2
    assert await retention.look(clinic.database, clinic.owner) == LONGEST | {Limit.POSTS: 30}
    assert await retention.look(clinic.database, other.owner) == LONGEST
    await run(clinic, NOW + 52 * DAY)
    assert await clinic.count("post", server_id=clinic.server_id) == 0
    assert await clinic.count("post", server_id=other.server_id) == 2


async def test_a_dry_run_says_what_the_real_one_does(clinic: Clinic) -> None:
    await closed(clinic)
    for days, older in ((LONGEST[Limit.RESULTS], 0), (SHORTEST[Limit.RESULTS], 1)):
        at = NOW + WEEK + timedelta(days=100)
        assert (await would_go(clinic, Limit.RESULTS, days, at)).older == older
        await choose(clinic, Limit.RESULTS, days, at)
        assert await clinic.count("release") == 1 - older


async def test_a_choice_can_be_taken_back_up_to_the_default(clinic: Clinic) -> None:
    await choose(clinic, Limit.POSTS, 30, NOW)
    await choose(clinic, Limit.POSTS, LONGEST[Limit.POSTS], NOW)
    assert await retention.look(clinic.database, clinic.owner) == LONGEST


@pytest.mark.parametrize("limit", Limit)
async def test_nothing_is_kept_longer_than_by_default_or_so_short_that_things_break(
    clinic: Clinic, limit: Limit
) -> None:
    for attempt in (would_go, choose):
        too_long = attempt(clinic, limit, LONGEST[limit] + 1, NOW)
        assert await refused(too_long) is Because.KEPT_TOO_LONG
        for days in (SHORTEST[limit] - 1, 0, -1):
            assert await refused(attempt(clinic, limit, days, NOW)) is Because.KEPT_TOO_SHORT
    assert await clinic.count("server_retention") == 0


async def test_only_whoever_manages_the_server_chooses(clinic: Clinic) -> None:
    for person in (clinic.moderator, clinic.holder, *clinic.people(1)):
        assert await refused(retention.look(clinic.database, person)) is Because.NEEDS_MANAGE_SERVER
        for attempt in (would_go, choose):
            denied = attempt(clinic, Limit.POSTS, 30, NOW, person)
            assert await refused(denied) is Because.NEEDS_MANAGE_SERVER
    assert await clinic.count("server_retention") == 0


async def test_a_server_that_was_not_set_up_chooses_nothing(clinic: Clinic) -> None:
    other = Clinic(clinic.database, clinic.folder / "other", server_id=clinic.server_id + 10_000)
    assert await refused(retention.look(clinic.database, other.owner)) is Because.NOT_SET_UP
    assert await refused(choose(other, Limit.POSTS, 30, NOW)) is Because.NOT_SET_UP


# What is left in the files


async def test_what_went_leaves_no_bytes_behind(tmp_path: Path) -> None:
    database = await connect(f"sqlite:///{tmp_path}/respite.db")
    try:
        await upgrade(database)
        clinic = Clinic(database, tmp_path)
        await clinic.set_up()
        await installation.adopt(database, clinic.member_keys.check)
        await closed(clinic)
        async with database.transaction() as tx:
            [row] = await tx.fetch("SELECT findings FROM release")
        words = {row["findings"].encode()}
        assert found(words, every_file(tmp_path)) == words
        await run(clinic, NOW + WEEK + AFTER[Limit.RESULTS] + DAY)
        assert found(words, every_file(tmp_path)) == set()
    finally:
        await database.close()
