"""Personal reminders: sealed, said at most once, by their member's own clock, gone when not minded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.services import deliveries, member_settings, reminders
from bot.services.deliveries import Delivery
from bot.services.member_settings import Changes, Settings
from bot.services.people import Person
from bot.services.practices import Library, Theme
from bot.services.refusals import Because
from bot.services.reminder_rows import Reminder
from bot.services.rules.practices import When
from bot.services.rules.recurrence import EVERY_DAY
from tests.services.conftest import DAY, MINUTE, NOW, Clinic, at_once, refused

USER = 1_200_000_000_000_000_100
NINE = time(9)
"""By the clock of Berlin that is NOW."""

BEFORE = NOW - MINUTE


async def remind(
    clinic: Clinic, library: Library, person: Person, *, at_time: time = NINE, **about: str | None
) -> Reminder:
    return await reminders.remind(
        clinic.database,
        clinic.member_keys,
        library,
        person,
        USER,
        days=EVERY_DAY,
        at_time=at_time,
        at=BEFORE,
        **about,
    )


async def said(clinic: Clinic, library: Library, at: datetime) -> Sequence[Delivery]:
    return await deliveries.claim_due(clinic.database, clinic.member_keys, library, at=at)


async def change(clinic: Clinic, person: Person, changes: Changes, at: datetime = BEFORE) -> Settings:
    return await reminders.change_settings(clinic.database, clinic.member_keys, person, USER, changes, at=at)


async def listed(clinic: Clinic, person: Person) -> Sequence[Reminder]:
    return await reminders.listed(clinic.database, clinic.member_keys, person)


async def test_a_reminder_comes_once_at_its_time_and_again_the_next_day(
    clinic: Clinic, library: Library
) -> None:
    [member] = clinic.people(1)
    await remind(clinic, library, member, theme="sleep")
    assert await said(clinic, library, NOW - MINUTE) == []
    for day in range(3):
        [found] = await said(clinic, library, NOW + day * DAY)
        practice = library.get(found.practice_id or "")
        assert practice is not None
        assert Theme.SLEEP in practice.themes
        assert found.reminder.user_id == USER
        assert await said(clinic, library, NOW + day * DAY + MINUTE) == []


async def test_two_processes_say_a_reminder_once(clinic: Clinic, library: Library) -> None:
    for member in clinic.people(5):
        await remind(clinic, library, member)
    found = await at_once(clinic.database, *[said(clinic, library, NOW) for _ in range(4)])
    assert sum(len(each) for each in found if not isinstance(each, Exception)) == 5


async def test_after_an_absence_only_what_is_still_in_time_is_said(clinic: Clinic, library: Library) -> None:
    [member] = clinic.people(1)
    await remind(clinic, library, member)
    assert await said(clinic, library, NOW + 5 * DAY + timedelta(hours=3)) == []
    assert len(await said(clinic, library, NOW + 6 * DAY)) == 1


async def test_what_is_stored_names_nobody_and_says_nothing_but_when(
    clinic: Clinic, library: Library
) -> None:
    [member] = clinic.people(1)
    await remind(clinic, library, member, step="ring Ana")
    async with clinic.database.transaction() as tx:
        [row] = await tx.fetch("SELECT * FROM personal_reminder")
    sealed = bytes(row["sealed"])
    assert set(row) == {"owner", "slot", "next_run_at", "sealed"}
    assert bytes(row["owner"]) not in {member.key, member.locator}
    for trace in (b"Ana", str(USER).encode(), USER.to_bytes(8), USER.to_bytes(8, "little")):
        assert trace not in sealed
    assert (len(sealed) - 28) % 512 == 0


async def test_ignored_three_times_it_asks_once_and_then_rests_until_somebody_minds_it(
    clinic: Clinic, library: Library
) -> None:
    [member] = clinic.people(1)
    await remind(clinic, library, member)
    asks = [[each.asks for each in await said(clinic, library, NOW + day * DAY)] for day in range(6)]
    assert asks == [[False], [False], [False], [True], [], []]
    [resting] = await listed(clinic, member)
    assert resting.next_run_at is None
    later = NOW + 6 * DAY + MINUTE
    await reminders.answer(
        clinic.database, clinic.member_keys, member.locator, resting.slot, snooze=False, at=later
    )
    assert len(await said(clinic, library, NOW + 7 * DAY)) == 1


async def test_whoever_minds_it_is_never_asked(clinic: Clinic, library: Library) -> None:
    [member] = clinic.people(1)
    made = await remind(clinic, library, member)
    for day in range(8):
        [found] = await said(clinic, library, NOW + day * DAY)
        assert not found.asks
        await reminders.answer(
            clinic.database,
            clinic.member_keys,
            member.locator,
            made.slot,
            snooze=False,
            at=NOW + day * DAY + MINUTE,
        )


async def test_a_snoozed_one_comes_again_in_half_an_hour(clinic: Clinic, library: Library) -> None:
    [member] = clinic.people(1)
    made = await remind(clinic, library, member)
    await said(clinic, library, NOW)
    await reminders.answer(
        clinic.database, clinic.member_keys, member.locator, made.slot, snooze=True, at=NOW + MINUTE
    )
    assert await said(clinic, library, NOW + 30 * MINUTE) == []
    assert len(await said(clinic, library, NOW + 31 * MINUTE)) == 1
    assert len(await said(clinic, library, NOW + DAY)) == 1


async def test_a_pause_quiet_hours_and_the_most_a_day_are_kept(clinic: Clinic, library: Library) -> None:
    [member] = clinic.people(1)
    for minute in range(4):
        await remind(clinic, library, member, at_time=time(9, minute))
    await change(clinic, member, Changes(most_a_day=2))
    assert [len(await said(clinic, library, NOW + minute * MINUTE)) for minute in range(4)] == [1, 1, 0, 0]
    await change(clinic, member, Changes(quiet=(time(8), time(9, 2))), at=NOW + 5 * MINUTE)
    tomorrow = [len(await said(clinic, library, NOW + DAY + minute * MINUTE)) for minute in range(4)]
    assert tomorrow == [0, 0, 1, 1]
    await change(clinic, member, Changes(paused=True), at=NOW + DAY + 5 * MINUTE)
    assert [len(await said(clinic, library, NOW + 2 * DAY + n * MINUTE)) for n in range(4)] == [0] * 4


async def test_a_member_lives_by_their_own_clock(clinic: Clinic, library: Library) -> None:
    [member] = clinic.people(1)
    await remind(clinic, library, member)
    await change(clinic, member, Changes(time_zone="Asia/Kathmandu"))
    [found] = await listed(clinic, member)
    assert found.next_run_at == datetime.fromisoformat("2026-03-03T03:15:00+00:00")


async def test_sessions_bring_an_arrival_a_reset_and_a_letting_go_and_take_them_away_again(
    clinic: Clinic, library: Library
) -> None:
    [member] = clinic.people(1)
    own = await remind(clinic, library, member)
    sessions = Changes(sessions=(frozenset({0, 1}), (time(9), time(10))))
    await change(clinic, member, sessions)
    found = await listed(clinic, member)
    assert [(each.when, each.at) for each in found[1:]] == [
        (When.BEFORE, time(8, 50)),
        (When.BETWEEN, time(9, 55)),
        (When.AFTER, time(10, 55)),
    ]
    found = [each.reminder.when for each in await said(clinic, library, NOW + 55 * MINUTE)]
    assert found == [None, When.BETWEEN]
    await change(clinic, member, Changes(sessions=(frozenset(), ())))
    assert [each.slot for each in await listed(clinic, member)] == [own.slot]


async def test_direct_messages_come_only_after_a_yes_and_a_new_reminder_follows_it(
    clinic: Clinic, library: Library
) -> None:
    [member] = clinic.people(1)
    assert not (await remind(clinic, library, member)).directly
    await reminders.write_directly(clinic.database, clinic.member_keys, member, directly=True)
    assert (await remind(clinic, library, member)).directly
    found = await reminders.write_directly(clinic.database, clinic.member_keys, member, directly=False)
    assert [each.directly for each in found] == [False, False]


async def test_what_is_refused(clinic: Clinic, library: Library) -> None:
    [member, other] = clinic.people(2)
    assert await refused(remind(clinic, library, member, theme="weather")) is Because.UNKNOWN_THEME
    for _ in range(reminders.MOST):
        made = await remind(clinic, library, member)
    assert await refused(remind(clinic, library, member)) is Because.TOO_MANY_REMINDERS
    keys = clinic.member_keys
    elsewhere = reminders.remove(clinic.database, keys, other.locator, made.slot)
    assert await refused(elsewhere) is Because.NO_SUCH_REMINDER
    await reminders.remove(clinic.database, keys, member.locator, made.slot)
    twice = reminders.remove(clinic.database, keys, member.locator, made.slot)
    assert await refused(twice) is Because.NO_SUCH_REMINDER
    no_one = reminders.write_directly(clinic.database, keys, other, directly=True)
    assert await refused(no_one) is Because.NO_SUCH_REMINDER
    assert await refused(change(clinic, member, Changes(time_zone="Mars/Base"))) is Because.UNKNOWN_TIME_ZONE


async def test_reminders_of_somebody_whose_key_is_gone_are_never_said_and_go(
    clinic: Clinic, library: Library
) -> None:
    [member] = clinic.people(1)
    await remind(clinic, library, member)
    await clinic.member_keys.set_aside(member.locator)
    await clinic.member_keys.destroy(member.locator)
    assert await said(clinic, library, NOW) == []
    assert await clinic.count("personal_reminder") == 0


async def test_settings_change_one_by_one_and_stay_as_they_were_otherwise(clinic: Clinic) -> None:
    [member] = clinic.people(1)
    await change(clinic, member, Changes(most_a_day=5, quiet=(time(22), time(7))))
    after = await change(clinic, member, Changes(reduced=True))
    assert after.limits.most_a_day == 5
    assert after.limits.quiet_from == time(22)
    assert after.reduced
    assert await member_settings.find(clinic.database, clinic.member_keys, member) == after
    assert replace(after, reduced=False) != after
