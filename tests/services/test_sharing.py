"""Circles that check in together: who proposes, who agrees, and how they go apart again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.services import (
    features,
    sharing,
)
from bot.services.features import Feature
from bot.services.posts import PostKind
from bot.services.refusals import Because
from db import checkins, circles
from db.circles import CircleState
from tests.services.conftest import LOBBY, NOW, Clinic, at_once, refused, told
from tests.services.neighbours import FACILITATORS, Neighbours


@pytest.fixture
async def near(clinic: Clinic) -> Neighbours:
    """Return three circles of four."""
    return await Neighbours(clinic).found()


async def test_without_the_feature_nobody_shares_and_what_was_agreed_goes_on(near: Neighbours) -> None:
    async def switch(*, on: bool) -> None:
        await features.switch(near.clinic.database, near.clinic.owner, Feature.SHARED_CHECKINS, on=on)

    [proposal] = (await near.share(near.first_holder, 0, 1)).proposals
    await switch(on=False)
    assert await refused(near.agree(near.other_holder, proposal)) is Because.SHARED_CHECKINS_OFF
    assert await refused(near.share(near.other_holder, 1, 2)) is Because.SHARED_CHECKINS_OFF
    await switch(on=True)
    await near.agree(near.other_holder, proposal)
    await switch(on=False)
    assert len(await near.with_circle(0)) == 2
    await near.step_out(0)
    assert not await near.with_circle(0)


async def test_a_circle_shares_only_when_somebody_has_agreed_for_each(near: Neighbours) -> None:
    found = await near.share(near.first_holder, 0, 1, 2)
    [proposal] = found.proposals
    assert set(proposal.names) == near.names(0, 1, 2)
    assert set(proposal.waiting) == near.names(1, 2)
    assert await near.with_circle(0) == set()
    agreed = await near.agree(near.other_holder, proposal)  # who holds both agrees for both
    assert agreed.waiting == []
    assert await near.with_circle(0) == await near.with_circle(2) == near.names(0, 1, 2)
    seen = await sharing.share(
        near.clinic.database, near.other_holder, near.circles[1].circle_id, [], channel_id=LOBBY, at=NOW
    )
    assert (set(seen.others), seen.proposals) == (near.names(0, 2), [])


async def test_moderators_bring_circles_together_at_once(near: Neighbours) -> None:
    found = await near.share(near.clinic.moderator, 0, 1, 2)
    assert (set(found.others), found.proposals) == (near.names(1, 2), [])


async def test_a_further_circle_needs_everybody_to_agree_again(near: Neighbours) -> None:
    await near.share(near.clinic.moderator, 0, 1)
    found = await near.share(near.first_holder, 0, 2)
    [proposal] = found.proposals
    assert set(proposal.names) == near.names(0, 1, 2)
    assert set(proposal.waiting) == near.names(1, 2)
    assert await near.with_circle(0) == near.names(0, 1)
    await near.agree(near.other_holder, proposal)
    assert await near.with_circle(1) == near.names(0, 1, 2)
    assert await near.clinic.count("circle_group") == 1


async def test_nobody_else_may_propose_agree_decline_or_step_out(near: Neighbours) -> None:
    member, database = near.people[0], near.clinic.database
    assert await refused(near.share(member, 0, 1)) is Because.NEEDS_FACILITATOR
    [proposal] = (await near.share(near.first_holder, 0, 1)).proposals
    for person in (member, near.people[4], near.people[15]):
        assert await refused(near.agree(person, proposal)) is Because.NEEDS_FACILITATOR
        assert (
            await refused(sharing.decline(database, person, proposal.group_id)) is Because.NEEDS_FACILITATOR
        )
        refusal = refused(sharing.step_out(database, person, near.circles[0].circle_id, at=NOW))
        assert await refusal is Because.NEEDS_FACILITATOR
    assert (await near.agree(near.first_holder, proposal)).waiting == [near.circles[1].name]


async def test_another_server_has_no_part_in_it(near: Neighbours, tmp_path: Path) -> None:
    elsewhere = Clinic(near.clinic.database, tmp_path, server_id=1_400_000_000_000_000_001)
    await elsewhere.set_up()
    [proposal] = (await near.share(near.first_holder, 0, 1)).proposals
    assert await refused(near.agree(elsewhere.moderator, proposal)) is Because.SHARE_GONE
    theirs = await elsewhere.circle()
    attempt = sharing.share(
        near.clinic.database,
        near.first_holder,
        near.circles[0].circle_id,
        [theirs.circle_id],
        channel_id=LOBBY,
        at=NOW,
    )
    assert await refused(attempt) is Because.NO_SUCH_CIRCLE


async def test_what_cannot_be_proposed_is_refused(near: Neighbours) -> None:
    assert await refused(near.share(near.first_holder, 0, 0)) is Because.SHARE_WITH_WHOM
    [proposal] = (await near.share(near.first_holder, 0, 1)).proposals
    assert await refused(near.share(near.first_holder, 0, 2)) is Because.SHARE_PROPOSED
    await sharing.decline(near.clinic.database, near.other_holder, proposal.group_id)
    assert await refused(near.agree(near.other_holder, proposal)) is Because.SHARE_GONE
    await near.together()
    assert await refused(near.share(near.clinic.moderator, 0, 1)) is Because.SHARE_WITH_WHOM
    await near.found(4)
    assert await refused(near.share(near.clinic.moderator, 0, 3, 4, 5, 6)) is Because.SHARE_TOO_MANY


async def test_of_two_proposals_that_are_agreed_to_at_once_one_holds(near: Neighbours) -> None:
    [one] = (await near.share(near.first_holder, 0, 1)).proposals
    other = (await near.share(near.other_holder, 2, 0)).proposals[-1]
    outcomes = await at_once(
        near.clinic.database, near.agree(near.other_holder, one), near.agree(near.first_holder, other)
    )
    assert told(outcomes) == [Because.SHARE_GONE]
    assert await near.clinic.count("circle_group") == 1


async def test_a_circle_that_steps_out_leaves_the_others_together_and_two_leave_none(
    near: Neighbours,
) -> None:
    await near.together()
    await near.step_out(1)
    assert await near.with_circle(0) == near.names(0, 2)
    assert await near.with_circle(1) == set()
    await near.step_out(0)
    assert await near.with_circle(2) == set()
    assert await near.clinic.count("circle_group") == await near.clinic.count("group_circle") == 0
    refusal = refused(sharing.step_out(near.clinic.database, near.clinic.moderator, 1, at=NOW))
    assert await refusal is Because.SHARES_WITH_NOBODY


async def test_the_facilitators_channel_reads_what_is_proposed_agreed_and_ended(near: Neighbours) -> None:
    async with near.clinic.database.transaction() as tx:
        await tx.execute("UPDATE server SET facilitators_channel_id = $1", FACILITATORS)
    [proposal] = (await near.share(near.first_holder, 0, 1, 2)).proposals
    number = str(proposal.group_id)
    assert await near.posted(PostKind.SHARE_PROPOSED) == [(FACILITATORS, number)]
    await near.agree(near.other_holder, proposal)
    assert await near.posted(PostKind.SHARE_AGREED) == [(FACILITATORS, number)]
    await near.step_out(2)
    left = near.circles[2].circle_id
    assert await near.posted(PostKind.SHARE_ENDED) == [(FACILITATORS, str(left))]
    assert (await sharing.proposed(near.clinic.database, proposal.group_id)) is not None
    by_itself = await sharing.by_itself(near.clinic.database, left)
    assert by_itself is not None
    await near.together()
    assert await sharing.by_itself(near.clinic.database, left) is None


async def test_a_circle_that_ends_at_the_same_moment_shares_with_nobody(near: Neighbours) -> None:
    clinic, first = near.clinic, near.circles[0]
    async with clinic.database.transaction() as tx:
        await checkins.hold(tx, clinic.server_id)
        sharing_now = asyncio.create_task(refused(near.share(clinic.moderator, 0, 1)))
        await asyncio.sleep(0.3)  # on PostgreSQL it has looked by now, and waits
        await circles.update_state(tx, first.circle_id, CircleState.ARCHIVED)
    assert await sharing_now is Because.NO_SUCH_CIRCLE
    assert await clinic.count("circle_group") == 0
