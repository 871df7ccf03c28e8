"""Circles that check in together: who agrees, what one window asks, and what becomes of it."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from bot.services import (
    archiving,
    checkin_schedules,
    checkins,
    erasure,
    features,
    mending,
    releases,
    seats,
    sharing,
    windows,
)
from bot.services.checkin_schedules import Timing
from bot.services.circles import Circle
from bot.services.features import Feature
from bot.services.people import Person
from bot.services.personal_data import Kind
from bot.services.posts import PostKind
from bot.services.refusals import Because
from bot.services.rules.anonymity import Size
from bot.services.sharing import Proposal, Sharing
from bot.services.windows import Opened, OpenWindows
from db import posts as stored_posts
from db.checkins import WindowState
from tests.services.conftest import DAY, LOBBY, MINUTE, NOW, WEEK, Clinic, at_once, refused, told

MONDAYS = Timing(weekday=0, at=time(9), every_weeks=1, days=7)
FACILITATORS = 1_300_000_000_000_000_777


class Neighbours:
    """Circles of four; the first is held by one person, the others by another."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.first_holder, self.other_holder = clinic.person(31), clinic.person(32)
        self.people = clinic.people(16)
        self.circles: list[Circle] = []

    async def found(self, many: int = 3) -> None:
        await features.switch(self.clinic.database, self.clinic.owner, Feature.SHARED_CHECKINS, on=True)
        for number in range(many):
            self.clinic.holder = self.other_holder if number else self.first_holder
            four = self.people[4 * number : 4 * number + 4]
            self.circles.append(await self.clinic.circle(seated=four))

    async def share(self, person: Person, *which: int, at: int = 0) -> Sharing:
        """Let somebody propose that these circles check in together."""
        first, *others = [self.circles[each].circle_id for each in which]
        return await sharing.share(
            self.clinic.database, person, first, others, channel_id=LOBBY, at=NOW + at * DAY
        )

    async def agree(self, person: Person, proposal: Proposal) -> Proposal:
        return await sharing.agree(self.clinic.database, person, proposal.group_id, at=NOW)

    async def step_out(self, which: int) -> None:
        circle_id = self.circles[which].circle_id
        await sharing.step_out(self.clinic.database, self.clinic.moderator, circle_id, at=NOW)

    async def together(self) -> None:
        """Let a moderator bring all circles together."""
        await self.share(self.clinic.moderator, *range(len(self.circles)))

    async def with_circle(self, which: int) -> set[str]:
        """Return the names of those that check in together with a circle, itself among them."""
        async with self.clinic.database.transaction() as tx:
            found = await sharing.circles_with(tx, self.circles[which].circle_id)
        return {circle.name for circle in found}

    def names(self, *which: int) -> set[str]:
        return {self.circles[each].name for each in which}

    async def archive(self, which: int, window: int = 0) -> archiving.Plan:
        circle = self.circles[which]
        return await archiving.archive(
            self.clinic.database,
            self.clinic.window_keys,
            self.clinic.moderator,
            circle.circle_id,
            window,
            name=circle.name,
            keep_channel=True,
            at=NOW,
        )

    async def posted(self, kind: PostKind) -> list[tuple[int, str]]:
        """Return in which channels what is to be said, about what."""
        async with self.clinic.database.transaction() as tx:
            waiting = await stored_posts.list_waiting(tx, 100)
        return [(post.channel_id, post.subject) for post in waiting if post.kind is kind]

    def channels(self, *which: int) -> list[int | None]:
        return [self.circles[each].channel_id for each in which]


@pytest.fixture
async def near(clinic: Clinic) -> Neighbours:
    """Return three circles of four."""
    near = Neighbours(clinic)
    await near.found()
    return near


# Who agrees


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


# One window


async def test_one_window_is_announced_in_every_channel_and_answered_by_all(near: Neighbours) -> None:
    await near.together()
    window = await near.clinic.open(near.circles[1])
    posts = [(channel, str(window)) for channel in near.channels(0, 1, 2)]
    assert await near.posted(PostKind.WINDOW) == posts
    stored = await near.clinic.window(window)
    assert (stored.circle_id, stored.shared, stored.minimum) == (None, True, 5)
    announced = await windows.announced(near.clinic.database, window)
    assert announced == Opened(window, None, stored.closes_at, others=2)
    await near.clinic.all_answer(near.people[:8], window)
    stranger = near.people[15]
    assert await refused(near.clinic.answer(stranger, window)) is Because.NOT_SEATED_HERE
    assert await checkins.windows_open_to(near.clinic.database, stranger, at=NOW) == ()
    await near.clinic.close()
    assert await near.posted(PostKind.RELEASE) == posts
    released = await near.clinic.released(window)
    assert released is not None
    assert released.size is Size.SOME


async def test_every_circle_reads_the_same_result_and_none_of_its_own(near: Neighbours) -> None:
    own = await near.clinic.open(near.circles[0])
    await near.clinic.all_answer(near.people[:4], own)
    await near.clinic.close()
    await near.together()
    window = await near.clinic.open(near.circles[0], at=NOW + WEEK)
    await near.clinic.all_answer(near.people[:6], window, at=NOW + WEEK)
    await near.clinic.close(NOW + 2 * WEEK)
    pasts = [
        (await releases.of_circle(near.clinic.database, near.clinic.moderator, each.circle_id, LOBBY)).past
        for each in near.circles
    ]
    assert pasts[1] == pasts[2] == pasts[0][:1]
    [shared, by_itself] = pasts[0]
    assert (shared.others, by_itself.others, by_itself.release) == (2, 0, None)
    assert shared.release == await near.clinic.released(window)
    assert (await releases.of_server(near.clinic.database, near.clinic.moderator)).past == ()


@pytest.mark.parametrize("many", [2, 4])
async def test_too_few_answers_publish_nothing_in_any_circle(near: Neighbours, many: int) -> None:
    await near.together()
    window = await near.clinic.open(near.circles[0])
    await near.clinic.all_answer(near.people[:many], window)
    await near.clinic.close()
    assert (await near.clinic.window(window)).state is WindowState.WITHHELD
    assert await near.clinic.count("release") == 0
    assert len(await near.posted(PostKind.RELEASE)) == 3


async def test_while_it_is_open_no_circle_has_one_of_its_own(near: Neighbours) -> None:
    await near.together()
    await near.clinic.open(near.circles[0])
    for circle in near.circles:
        assert await refused(near.clinic.open(circle)) is Because.OTHER_WINDOW_OPEN
    await near.step_out(1)
    assert await refused(near.clinic.open(near.circles[1])) is Because.WINDOW_ALREADY_OPEN
    await near.clinic.close()
    await near.clinic.open(near.circles[1], at=NOW + WEEK)
    await near.clinic.open(near.circles[0], at=NOW + WEEK)


async def test_it_waits_for_a_window_that_one_of_the_circles_has_open(near: Neighbours) -> None:
    await near.clinic.open(near.circles[2])
    await near.together()
    assert await refused(near.clinic.open(near.circles[0])) is Because.OTHER_WINDOW_OPEN
    await near.clinic.close()
    await near.clinic.open(near.circles[0], at=NOW + WEEK)


async def test_of_all_circles_that_open_at_once_one_opens_for_all(near: Neighbours) -> None:
    await near.together()
    outcomes = await at_once(near.clinic.database, *[near.clinic.open(each) for each in near.circles])
    assert told(outcomes) == [Because.OTHER_WINDOW_OPEN] * 2
    assert await near.clinic.count("checkin_window") == 1


async def test_who_sits_in_two_of_the_circles_counts_once(near: Neighbours) -> None:
    await near.together()
    await near.clinic.seat(near.people[0], near.circles[1])
    window = await near.clinic.open(near.circles[0])
    await near.clinic.answer(near.people[0], window)
    assert (await near.clinic.answer(near.people[0], window)).replaced
    assert len(await near.clinic.counted(window)) == 1


async def test_an_answer_counts_in_the_shared_window_or_in_another_and_never_in_both(
    near: Neighbours,
) -> None:
    await near.together()
    server = await near.clinic.open()
    window = await near.clinic.open(near.circles[0])
    await near.clinic.answer(near.people[0], server)
    moved = await near.clinic.answer(near.people[0], window)
    assert moved.taken_from is not None
    assert moved.taken_from.window_id == server
    assert (len(await near.clinic.counted(server)), len(await near.clinic.counted(window))) == (0, 1)


# Six where a facilitator may answer (R1)


async def test_who_holds_one_circle_and_sits_in_another_makes_it_six(near: Neighbours) -> None:
    await near.together()
    window = await near.clinic.open(near.circles[0])
    await near.clinic.seat(near.first_holder, near.circles[2])
    assert (await near.clinic.window(window)).minimum == 6
    await near.clinic.close()
    again = await near.clinic.open(near.circles[1], at=NOW + WEEK)
    assert (await near.clinic.window(again)).minimum == 6


async def test_a_facilitator_who_sits_in_a_circle_that_does_not_share_changes_nothing(
    near: Neighbours,
) -> None:
    await near.share(near.clinic.moderator, 0, 1)
    window = await near.clinic.open(near.circles[0])
    await near.clinic.seat(near.first_holder, near.circles[2])
    assert (await near.clinic.window(window)).minimum == 5


# How it ends


async def test_only_who_may_steer_all_the_circles_can_cancel_it(near: Neighbours) -> None:
    await near.together()
    window = await near.clinic.open(near.circles[0])
    attempt = windows.cancel(
        near.clinic.database,
        near.clinic.window_keys,
        near.first_holder,
        circle_id=near.circles[0].circle_id,
        whole_server=False,
        channel_id=LOBBY,
    )
    assert await refused(attempt) is Because.SHARED_BY_OTHERS
    await near.clinic.cancel(near.circles[2])
    assert (await near.clinic.window(window)).state is WindowState.CANCELLED
    assert near.clinic.window_keys.read(window) is None


async def test_it_goes_on_when_one_of_the_circles_ends(near: Neighbours) -> None:
    await near.together()
    window = await near.clinic.open(near.circles[0])
    await near.clinic.all_answer(near.people[:6], window)
    ended = await near.archive(0)
    assert (ended.goes_on, ended.window_id) == (True, None)
    assert await near.with_circle(1) == near.names(1, 2)
    assert await refused(near.clinic.answer(near.people[1], window)) is Because.NOT_SEATED_HERE
    await near.clinic.withdraw(near.people[0], window)  # as after any leaving
    await near.clinic.close()
    assert await near.clinic.released(window) is not None
    assert [channel for channel, _ in await near.posted(PostKind.RELEASE)] == near.channels(1, 2)


async def test_with_the_last_of_its_circles_it_is_discarded(near: Neighbours) -> None:
    await near.together()
    window = await near.clinic.open(near.circles[0])
    await near.archive(0)
    await near.archive(1)
    found = await archiving.plan(
        near.clinic.database, near.clinic.moderator, near.circles[2].circle_id, LOBBY
    )
    assert (found.goes_on, found.window_id) == (False, window)
    announced = await windows.announced(near.clinic.database, window)
    assert announced is not None
    assert (announced.circle_name, announced.others) == (near.circles[2].name, 0)
    await near.archive(2, window)
    assert (await near.clinic.window(window)).state is WindowState.CANCELLED
    assert await checkins.windows_open_to(near.clinic.database, near.people[0], at=NOW) == ()


async def test_leaving_withdrawing_and_erasing_are_as_in_any_window(near: Neighbours) -> None:
    await near.together()
    window = await near.clinic.open(near.circles[0])
    stays, leaves, withdraws, erases = near.people[3:7]
    await near.clinic.all_answer([stays, leaves, withdraws, erases], window)
    await seats.leave(near.clinic.database, near.clinic.member_keys, leaves, near.circles[1].circle_id)
    await near.clinic.withdraw(withdraws, window)
    erased = await erasure.erase(
        near.clinic.database, near.clinic.member_keys, near.clinic.window_keys, erases, set(Kind)
    )
    assert erased.entries[Kind.CHECKINS] == 1
    assert set(await near.clinic.counted(window)) == {stays.locator, leaves.locator}
    assert await refused(near.clinic.answer(leaves, window)) is Because.NOT_SEATED_HERE


# By themselves


async def schedule(near: Neighbours, which: int) -> checkin_schedules.Scheduled:
    return await checkin_schedules.schedule(
        near.clinic.database,
        near.clinic.moderator,
        MONDAYS,
        circle_id=near.circles[which].circle_id,
        whole_server=False,
        channel_id=LOBBY,
        at=NOW - MINUTE,
    )


async def tick(near: Neighbours, weeks: int) -> int:
    at = NOW + weeks * WEEK
    await near.clinic.close(at)
    return await checkin_schedules.open_due(near.clinic.database, near.clinic.window_keys, minimum=5, at=at)


async def test_a_schedule_of_one_opens_the_window_of_all_week_after_week(near: Neighbours) -> None:
    await near.together()
    assert (await schedule(near, 1)).others == 2
    assert await refused(schedule(near, 0)) is Because.SCHEDULE_EXISTS
    for week in range(3):
        assert await tick(near, week) == 1
    assert await near.clinic.count("checkin_window", shared=1) == 3
    assert await near.clinic.count("window_circle") == 9


async def test_schedules_of_before_never_open_two_windows_at_a_time(near: Neighbours) -> None:
    await schedule(near, 0)
    await schedule(near, 1)
    await near.together()
    assert [await tick(near, week) for week in range(3)] == [1, 1, 1]


async def test_a_circle_that_lost_its_channel_holds_up_no_other(near: Neighbours) -> None:
    await near.together()
    await schedule(near, 1)
    lost = near.circles[1].circle_id
    await mending.note_lost(near.clinic.database, near.clinic.server_id, [lost], at=NOW)
    assert await tick(near, 0) == 1
    await near.step_out(0)
    await near.step_out(1)
    await schedule(near, 1)
    await near.clinic.cancel(near.circles[0])
    assert await tick(near, 1) == 1  # the schedule that has stayed with the third; the lost one rests


async def test_the_schedule_stays_with_those_who_stay(near: Neighbours) -> None:
    await near.together()
    await schedule(near, 1)
    await near.step_out(1)
    await near.archive(0)
    assert await tick(near, 0) == 1
    window = await near.clinic.window(1)
    assert (window.circle_id, window.shared) == (near.circles[2].circle_id, False)
    name = await checkin_schedules.stop(
        near.clinic.database,
        near.clinic.moderator,
        circle_id=near.circles[2].circle_id,
        whole_server=False,
        channel_id=LOBBY,
    )
    assert name == near.circles[2].name


# What is kept in memory for the form


async def test_memory_offers_it_under_the_name_of_ones_own_circle(near: Neighbours) -> None:
    await near.together()
    window = await near.clinic.open(near.circles[0])
    memory = OpenWindows()
    await memory.refresh(near.clinic.database)
    second = near.circles[1]
    assert second.role_id is not None
    [offered] = memory.open_to(near.clinic.person(104, roles={second.role_id}), NOW)
    assert (offered.window_id, offered.circle_name, offered.others) == (window, second.name, 2)
    assert offered.speaks_in(near.circles[2].channel_id)
    assert memory.open_to(near.clinic.person(115), NOW) == []
