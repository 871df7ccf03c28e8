"""The five attackers on stored check-ins: what each of them has, and how much of it they can link."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from bot.services.keys import MasterKey
from bot.services.member_keys import LOCATOR_FILE, MemberKeys
from bot.services.rules.anonymity import Answers
from bot.services.rules.ballots import KEY_BYTES, BallotBox
from tests.attacks import marginals, opening, tying
from tests.attacks.carving import Sighting, sightings
from tests.attacks.copies import Copy, Moment
from tests.attacks.designs import SERVER
from tests.attacks.season import MEMBERS, Season

_MASTER = "master.key"


class Attacker(StrEnum):
    """Who attacks, as the table names them."""

    FILE = "a. thief of the database file"
    LOG = "b. thief of the database and its log"
    BACKUPS = "c. thief of a backup after every answer"
    OPERATOR_BEFORE = "d. operator with backups and keys, window open"
    OPERATOR_AFTER = "e. operator with backups and every key left, after the close"


@dataclass(frozen=True, slots=True)
class Loot:
    """What an attacker holds. Everybody also knows who acted when, every release and the source code."""

    copies: Sequence[Copy]
    key_files: Sequence[bytes]
    member_keys: MemberKeys | None


@dataclass(frozen=True, slots=True)
class Score:
    """How far an attacker came with the answers of closed windows.

    An answer is `linked` when the attacker named all four answers of a member in a window, rightly, as
    something that follows from the loot. `wrong` are such statements that were wrong. `tied` counts members
    whose ballot was found (by order or by key; only where there are keys to check it by), `opened` ballots
    that were read, by one of the keys `tried` or otherwise; only both together link. `blind` is how
    many answers a guess from the releases gets right, and how many moods alone.
    """

    answers: int
    linked: int
    wrong: int
    tied: int
    opened: int
    tried: int
    blind: tuple[int, int]


def attack(attacker: Attacker, season: Season) -> Score:
    """Let this attacker loose on a season, and count."""
    loot = _LOOT[attacker](season)
    ballots = [ballot for ballot in sightings(loot.copies) if ballot.window in season.releases]
    keys = _keys_to_try(loot)
    contents, tied = _open_and_tie(ballots, keys, loot, season)
    claims: dict[tuple[int, int], Answers] = {}
    for window, found in season.releases.items():
        if (everybody := marginals.certain(found, len(MEMBERS))) is not None:
            claims |= {(window, member): everybody for member in MEMBERS}
    for ballot in ballots:  # in order of arrival: a changed answer takes the place of the earlier one
        if ballot in contents and ballot in tied:
            claims[ballot.window, tied[ballot]] = contents[ballot]
    truth = {place: answers for place, answers in season.truth.items() if place[0] in season.releases}
    owners = _owners(season)
    blind = marginals.likeliest(season.releases, len(MEMBERS))
    return Score(
        answers=len(truth),
        linked=sum(truth[place] == answers for place, answers in claims.items()),
        wrong=sum(truth[place] != answers for place, answers in claims.items()),
        tied=len(
            {(ballot.window, member) for ballot, member in tied.items() if owners.get(ballot.token) == member}
        ),
        opened=len({(ballot.window, ballot.token) for ballot in contents}),
        tried=len(keys),
        blind=(
            sum(answers == blind[window][0] for (window, _), answers in truth.items()),
            sum(answers.continuum is blind[window][1] for (window, _), answers in truth.items()),
        ),
    )


def recurring(season: Season) -> int:
    """Count the tokens and nonces that stand in more than one ballot of the season."""
    ballots = sightings(season.copies)
    nonces = [ballot.content[:12] for ballot in ballots]
    return len(tying.by_recurrence(ballots)) + len(nonces) - len(set(nonces))


def _open_and_tie(
    ballots: Sequence[Sighting], keys: Collection[bytes], loot: Loot, season: Season
) -> tuple[opening.Contents, tying.Tied]:
    """Use every strategy there is. A key or a fingerprint names the member more surely than any order."""
    tied: tying.Tied = {}
    for window in season.releases:
        inside = [ballot for ballot in ballots if ballot.window == window]
        tied |= tying.by_order(inside, [act for act in season.acts if act.window == window])
    contents = opening.plainly(ballots)
    opened, found = opening.with_keys(ballots, keys)
    looked_up, named = opening.by_lookup(ballots, opening.key_files(loot.key_files), _identities(loot))
    if loot.member_keys is not None:
        members = {loot.member_keys.locate(SERVER, member): member for member in MEMBERS}
        for window, key in found.items():
            box = BallotBox(window, key)
            tokens = {box.token(locator): member for locator, member in members.items()}
            tied |= {ballot: tokens[ballot.token] for ballot in opened if ballot.token in tokens}
    return contents | opened | looked_up, tied | named


def _keys_to_try(loot: Loot) -> Collection[bytes]:
    """Return the keys that are left, all that follows from them, and whatever in a file looks like a key."""
    known = opening.and_derived(opening.key_files(loot.key_files))
    return dict.fromkeys([*known, *opening.key_like(loot.copies)])


def _owners(season: Season) -> dict[bytes, int]:
    """Return whose each token is: for the scorer, who has every key there ever was."""
    member_keys = _member_keys(season)
    if member_keys is None:
        return {}
    keys = {
        (copy.window, key) for copy in season.copies for key in copy.keys.values() if len(key) == KEY_BYTES
    }
    return {
        BallotBox(window, key).token(member_keys.locate(SERVER, member)): member
        for window, key in keys
        for member in MEMBERS
    }


def _identities(loot: Loot) -> opening.Identities:
    def forms(member: int) -> list[bytes]:
        plain = [str(member).encode(), member.to_bytes(8, "big")]
        if loot.member_keys is None:
            return plain
        return [*plain, *filter(None, loot.member_keys.recognise(SERVER, member))]

    return {member: forms(member) for member in MEMBERS}


def _without_keys(copies: Sequence[Copy]) -> Loot:
    return Loot([replace(copy, keys={}) for copy in copies], [], None)


def _file(season: Season) -> Loot:
    """Take the file when it holds most: a program that stops writes its log into it."""
    return _without_keys([replace(copy, wal=b"") for copy in season.copies if copy.moment is Moment.STOPPED])


def _log(season: Season) -> Loot:
    """Take file and log once everybody has answered, after a restart, and after the close."""
    windows = {copy.window: copy for copy in season.copies if copy.moment is Moment.ANSWERED}
    others = [copy for copy in season.copies if copy.moment is not Moment.ANSWERED]
    return _without_keys(sorted([*windows.values(), *others], key=season.copies.index))


def _backups(season: Season) -> Loot:
    return _without_keys(season.copies)


def _operator_before(season: Season) -> Loot:
    files = {content for copy in season.copies for content in copy.keys.values()}
    return Loot(season.copies, [*sorted(files), *_unwrapped(season)], _member_keys(season))


def _operator_after(season: Season) -> Loot:
    """Keep every backup, but of the keys only what is left, or can be undeleted, at the end."""
    backups = [replace(copy, keys={}) for copy in season.copies]
    files = [*season.keys_left.values(), *season.recovered, *_unwrapped(season)]
    return Loot(backups, files, _member_keys(season))


def _master_key(season: Season) -> MasterKey | None:
    stored = season.keys_left.get(_MASTER)
    return None if stored is None else MasterKey(bytes.fromhex(stored.decode()))


def _unwrapped(season: Season) -> list[bytes]:
    """Return what the master key opens of the lasting keys: the locators' secret, everybody's data key."""
    master_key = _master_key(season)
    if master_key is None:
        return []
    found: list[bytes] = []
    for name, content in season.keys_left.items():
        path = PurePath(name)
        if name == LOCATOR_FILE:
            found.append(master_key.unwrap(content, name=LOCATOR_FILE.encode()))
        elif path.parent.name == "members":
            found.append(master_key.unwrap(content, name=bytes.fromhex(path.name)))
    return found


def _member_keys(season: Season) -> MemberKeys | None:
    """Use the key folder that is left as the program would."""
    master_key = _master_key(season)
    if master_key is None:
        return None
    with TemporaryDirectory(prefix="respite-") as folder:
        for name, content in season.keys_left.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return MemberKeys(Path(folder), master_key)


_LOOT: dict[Attacker, Callable[[Season], Loot]] = {
    Attacker.FILE: _file,
    Attacker.LOG: _log,
    Attacker.BACKUPS: _backups,
    Attacker.OPERATOR_BEFORE: _operator_before,
    Attacker.OPERATOR_AFTER: _operator_after,
}
