"""Posts: claimed, sent, never said twice, and told apart when they could not be."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.services import posts, servers
from bot.services.posts import AT_ONCE, NONCE_HOLDS, Post, PostKind, PostState
from db import posts as stored_posts
from tests.services.conftest import DAY, NOW, WEEK, Clinic, at_once

SECOND = timedelta(seconds=1)


async def note(
    clinic: Clinic, subject: str = "1", *, due_at: datetime = NOW, lapses: timedelta = WEEK
) -> None:
    """Note something to be said."""
    async with clinic.database.transaction() as tx:
        await stored_posts.insert_post(
            tx,
            kind=PostKind.WINDOW,
            server_id=clinic.server_id,
            channel_id=77,
            subject=subject,
            due_at=due_at,
            lapses_at=due_at + lapses,
        )


async def due(clinic: Clinic, at: datetime) -> list[Post]:
    """What is to be sent now."""
    return list(await posts.take_due(clinic.database, at=at))


async def the_one(clinic: Clinic, at: datetime) -> Post:
    """The only post that is to be sent now."""
    [post] = await due(clinic, at)
    return post


async def test_what_was_said_is_not_said_again(clinic: Clinic) -> None:
    await note(clinic)
    post = await the_one(clinic, NOW)
    assert (post.kind, post.server_id, post.channel_id, post.subject) == (
        PostKind.WINDOW,
        clinic.server_id,
        77,
        "1",
    )
    assert post.tried_at is None
    assert await posts.claim(clinic.database, post, at=NOW)
    await posts.finish(clinic.database, post, PostState.SENT)
    assert await due(clinic, NOW) == []
    assert not await posts.claim(clinic.database, post, at=NOW + SECOND)


async def test_of_two_processes_that_take_the_same_post_one_sends_it(clinic: Clinic) -> None:
    await note(clinic)
    post = await the_one(clinic, NOW)
    attempts = [posts.claim(clinic.database, post, at=NOW) for _ in range(8)]
    claims = await at_once(clinic.database, *attempts)
    assert sorted(claims) == [False] * 7 + [True]


@pytest.mark.parametrize("after", [SECOND, NONCE_HOLDS])
async def test_of_two_processes_that_try_a_post_again_one_sends_it(clinic: Clinic, after: timedelta) -> None:
    await note(clinic)
    assert await posts.claim(clinic.database, await the_one(clinic, NOW), at=NOW)
    again = await the_one(clinic, NOW + after)
    assert again.tried_at == NOW
    attempts = [posts.claim(clinic.database, again, at=NOW + after) for _ in range(8)]
    claims = await at_once(clinic.database, *attempts)
    assert sorted(claims) == [False] * 7 + [True]


async def test_within_the_second_in_which_a_post_is_tried_nobody_tries_it_again(clinic: Clinic) -> None:
    """Moments are kept to the second, so two tries in one could not be told apart."""
    await note(clinic)
    assert await posts.claim(clinic.database, await the_one(clinic, NOW), at=NOW)
    again = await the_one(clinic, NOW)
    assert not await posts.claim(clinic.database, again, at=NOW + SECOND / 2)
    assert await posts.claim(clinic.database, again, at=NOW + SECOND)


async def test_an_interrupted_post_is_tried_again_only_while_discord_would_know_it(clinic: Clinic) -> None:
    await note(clinic)
    assert await posts.claim(clinic.database, await the_one(clinic, NOW), at=NOW)
    assert (await the_one(clinic, NOW + NONCE_HOLDS)).tried_at == NOW
    assert await due(clinic, NOW + NONCE_HOLDS + SECOND) == []
    assert await clinic.count("post", state="unconfirmed") == 1
    assert await due(clinic, NOW + SECOND) == []


async def test_through_a_long_outage_a_post_is_tried_again_and_again(clinic: Clinic) -> None:
    await note(clinic)
    for number in range(5):
        at = NOW + number * NONCE_HOLDS
        assert await posts.claim(clinic.database, await the_one(clinic, at), at=at)


async def test_a_post_whose_time_is_over_lapses_and_is_not_sent(clinic: Clinic) -> None:
    await note(clinic, "short", lapses=DAY)
    await note(clinic, "long", lapses=WEEK)
    assert [post.subject for post in await due(clinic, NOW + DAY - SECOND)] == ["short", "long"]
    assert [post.subject for post in await due(clinic, NOW + DAY)] == ["long"]
    assert await clinic.count("post", state="lapsed", subject="short") == 1


async def test_what_is_waiting_comes_in_the_order_in_which_it_fell_due(clinic: Clinic) -> None:
    for subject, minutes in (("c", 3), ("a", 1), ("b", 2), ("d", 3)):
        await note(clinic, subject, due_at=NOW + minutes * 60 * SECOND)
    assert [post.subject for post in await due(clinic, NOW + DAY)] == ["a", "b", "c", "d"]


async def test_many_posts_come_in_portions_and_none_is_lost(clinic: Clinic) -> None:
    for number in range(AT_ONCE + 5):
        await note(clinic, str(number))
    sent: list[str] = []
    while portion := await due(clinic, NOW):
        assert len(portion) <= AT_ONCE
        await asyncio.gather(*[posts.finish(clinic.database, post, PostState.SENT) for post in portion])
        sent += [post.subject for post in portion]
    assert sent == [str(number) for number in range(AT_ONCE + 5)]


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (PostState.SENT, 0),
        (PostState.LAPSED, 0),
        (PostState.UNDELIVERABLE, 1),
        (PostState.UNCONFIRMED, 1),
    ],
)
async def test_what_did_not_reach_its_channel_is_told_to_moderators_for_two_weeks(
    clinic: Clinic, state: PostState, told: int
) -> None:
    await note(clinic)
    await posts.finish(clinic.database, await the_one(clinic, NOW), state)
    for at, expected in ((NOW, told), (NOW + 2 * WEEK, told), (NOW + 2 * WEEK + SECOND, 0)):
        assert (await servers.status(clinic.database, clinic.moderator, at=at)).unsaid == expected
