"""Proofs about what is published: no result, no series of results and no difference gives a person away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.services.rules.anonymity import FLOOR, MEANS_FROM
from tests.attacks import weakened
from tests.attacks.crowds import crowd_guess
from tests.attacks.designs import Respite
from tests.attacks.differencing import Guess, guesses, really_published, really_shared
from tests.attacks.learning import learnt_guesses
from tests.attacks.nesting import Arrangement, Nested, subtract_in
from tests.attacks.polling import Poll, poll_published, poll_respite
from tests.attacks.pooling import Pool, pooled
from tests.attacks.population import BAD, ORDINARY, Week
from tests.prove.proof import Form, Row

MARGIN = 0.08
"""How much better than blind the best guess from two results may be."""

_OPENLY = 0.085
"""What a whole circle whose members all tell each other may learn of somebody in another circle."""

# How many answer in both windows; one more answers in one of them. A circle has at most 25 seats. With four
# others the one window has a result and the other has none.
_OTHERS = {
    "5 to 12 answers": range(4, 12),
    "13 to 19 answers": range(12, 19),
    "20 to 25 answers": range(19, 25),
}


@dataclass(frozen=True, slots=True)
class _Extent:
    """How much a form of the proof goes through.

    `learnt` are numbers of others at whom all four questions are guessed from so many `examples`; `crowds`
    are numbers of others in the whole server's window.
    """

    weeks: Sequence[tuple[Week, Week]]
    others: Sequence[int]
    learnt: Sequence[int]
    crowds: Sequence[int]
    examples: int


_EXTENTS = {
    Form.SHORT: _Extent(((ORDINARY, ORDINARY),), (*range(4, 13), 20), (4, 5), (25,), 40_000),
    Form.LONG: _Extent(
        ((ORDINARY, ORDINARY), (BAD, BAD), (ORDINARY, BAD), (BAD, ORDINARY)),
        range(4, 25),
        range(4, 9),
        (25, 30, 40, 50, 75, 100),
        400_000,
    ),
}


def differences(form: Form) -> Iterator[Row]:
    """Guess the mood of one who joins or leaves, in every size of circle and kind of week."""
    extent = _EXTENTS[form]
    every: list[Guess] = []
    for weeks in extent.weeks:
        every += guesses(weeks, extent.others, really_published)
        for others in extent.learnt:
            every += learnt_guesses(weeks, others, circles=extent.examples)
    for name, others in _OTHERS.items():
        worst = max((guess for guess in every if guess.others in others), key=lambda guess: guess.gain)
        [histogram, _] = guesses((ORDINARY, ORDINARY), [max(others[0], FLOOR)], weakened.whole_histogram)
        yield _row(name, worst, histogram)
    yield _row(
        "26 answers or more",
        max(
            (
                crowd_guess(ORDINARY, others, really_published, circles=extent.examples)
                for others in extent.crowds
            ),
            key=lambda guess: guess.gain,
        ),
        crowd_guess(ORDINARY, extent.crowds[0], weakened.whole_histogram, circles=extent.examples),
    )


def _row(name: str, worst: Guess, histogram: Guess) -> Row:
    return Row(
        f"mood of a joiner or leaver guessed from two results ({name})",
        f"blind + {MARGIN}",
        _said(worst),
        worst.gain <= MARGIN,
        f"histogram with {histogram.others} others: {histogram.right:.2f}, blind {histogram.blind:.2f}",
        histogram.gain > MARGIN,
    )


def sharing(form: Form) -> Iterator[Row]:
    """Guess moods from what circles share: when one begins or ends to, and from a circle that talks."""
    extent = _EXTENTS[form]
    every = [
        guess
        for weeks in extent.weeks
        for together in (2, 3, 4)
        for guess in guesses(weeks, range(1, 13), really_shared, together=together)
    ]
    worst = max(every, key=lambda guess: guess.gain)
    [histogram] = (
        guess
        for guess in guesses((ORDINARY, ORDINARY), [5], weakened.whole_histogram, together=4)
        if guess.who == "joiner"
    )
    yield _row("one of two to four who come or go together, as a small circle that shares", worst, histogram)
    moods = dict.fromkeys(week for weeks in extent.weeks for week in weeks)
    few = _talking(moods, range(1, 5), range(1, 9))
    said = pooled(ORDINARY, 4, 4, weakened.whole_histogram)
    yield Row(
        "mood of somebody in another circle, guessed by up to four members who put their answers together",
        f"blind + {MARGIN}",
        _told(few),
        few.gain <= MARGIN,
        f"histogram with 4 and 4: {said.right:.2f}, blind {said.blind:.2f}",
        said.gain > MARGIN,
    )
    many = _talking(moods, range(5, 13), range(1, 4))
    mean = pooled(ORDINARY, 12, 1, really_published)
    yield Row(
        "the same, guessed by five to twelve members who all put their answers together",
        f"none: said openly, expected at most blind + {_OPENLY}",
        _told(many),
        many.gain <= _OPENLY,
        f"a mean from {MEANS_FROM} answers on: {mean.right:.2f}, blind {mean.blind:.2f}",
        mean.gain > _OPENLY,
    )


def _talking(weeks: Iterable[Week], known: Sequence[int], others: Sequence[int]) -> Pool:
    """Return the best guess of so many who tell each other everything, over all sizes and kinds of week."""
    pools = [pooled(week, some, rest, really_shared) for week in weeks for some in known for rest in others]
    return max(pools, key=lambda pool: pool.gain)


def _told(pool: Pool) -> str:
    return (
        f"{pool.right:.3f}, blind {pool.blind:.3f} (+{pool.gain:.3f}). Worst case: {pool.known} who tell each"
        f" other, {pool.others} others, {pool.week}"
    )


def polls(form: Form) -> Iterator[Row]:
    """Read everything after every answer."""
    windows = 20 if form is Form.LONG else 4
    found = poll_respite(windows=windows)
    live = poll_published(weakened.live_mean, windows=windows)
    yield Row(
        "exact moods for one who reads every result after every answer",
        "0",
        f"{_polled(found)}; changes seen before a close: {found.changes}",
        found.exact == found.changes == 0,
        f"a mean that is updated live: {_polled(live)}",
        live.exact > 0,
    )


def nested_totals(form: Form) -> Iterator[Row]:
    """Subtract the results of circles and of the whole server from each other in every possible way."""
    rounds = 20 if form is Form.LONG else 3
    for arrangement in Arrangement:
        found = subtract_in(Respite, arrangement, rounds=rounds)
        anew = subtract_in(weakened.CountedAnew, arrangement, rounds=rounds)
        yield Row(
            f"weeks in which results can be subtracted until fewer than five people remain: {arrangement}",
            "0",
            _left(found),
            found.leaving_few == 0,
            f"answers that count wherever they are given: {_left(anew)}",
            anew.leaving_few > 0,
        )


def _said(guess: Guess) -> str:
    return (
        f"{guess.right:.3f}, blind {guess.blind:.3f} (+{guess.gain:.3f}); from the one result with the person"
        f" in it {guess.one_result:.3f}. Worst case: {guess.others} others,"
        f"{f' {guess.together} together,' if guess.together > 1 else ''} {guess.weeks}, {guess.who}"
    )


def _polled(poll: Poll) -> str:
    return f"{poll.exact} of {poll.answers}"


def _left(nested: Nested) -> str:
    return f"{nested.leaving_few} of {nested.weeks}, with {nested.results} results"
