"""Where agreeing leads, for every state of a circle."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.services.rules.seats import Room, Way, way_in

ROOMS = st.builds(Room, st.integers(3, 25), st.integers(0, 30), st.integers(0, 30))


@given(ROOMS, st.integers(0, 9), st.booleans())
def test_whoever_has_a_seat_or_for_whom_one_is_held_enters(room: Room, ahead: int, admitted: bool) -> None:
    for seated, offered in ((True, False), (False, True), (True, True)):
        assert way_in(room, ahead=ahead, seated=seated, offered=offered, admitted=admitted) is Way.ENTER


@given(ROOMS, st.integers(0, 9))
def test_whoever_was_not_let_in_asks_however_much_room_there_is(room: Room, ahead: int) -> None:
    assert way_in(room, ahead=ahead, seated=False, offered=False, admitted=False) is Way.ASK


@given(ROOMS, st.integers(0, 9))
def test_a_newcomer_enters_only_where_a_seat_is_free_and_nobody_is_ahead(room: Room, ahead: int) -> None:
    way = way_in(room, ahead=ahead, seated=False, offered=False, admitted=True)
    assert (way is Way.ENTER) == (room.taken + room.held < room.seats and ahead == 0)
    assert way is not Way.ASK


@given(ROOMS)
def test_there_are_never_fewer_than_no_free_seats(room: Room) -> None:
    assert 0 <= room.free <= room.seats
