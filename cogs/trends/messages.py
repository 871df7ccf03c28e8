"""Every word about one's own check-ins over time."""

from __future__ import annotations

from datetime import date

import discord

from bot.services.passphrases import SHORTEST
from bot.services.rules.anonymity import CONTINUUM, Answers
from bot.services.rules.private_copies import Copy
from bot.services.trends import KEPT_MONTHS, Keeping, Trends
from cogs import words
from cogs.checkins.messages import SCALES, STEP_NAMES

TRENDS = "Your own check-ins over time, if you keep private copies of them"
WEEKS_OPTION = "How many weeks to show; 12 if left out"

KEEP = "Keep a private copy from now on"
UNLOCK = "Unlock"
PROTECT = "Set a passphrase"
CHANGE = "Change passphrase"
REMOVE = "Remove passphrase"
STOP = "Stop and erase"
ERASE = "Yes, erase all copies"

YOURS = "Your passphrase"
OLD = "The passphrase that is set now"
NEW = "New passphrase"
NEW_HINT = (
    f"At least {SHORTEST} characters: several words that do not belong together are easy to keep in mind."
)
AGAIN = "The same once more"

BEFORE_PROTECTING = (
    "A passphrase closes your copies to everybody, also to whoever runs this bot. It is kept nowhere.\n"
    "**If you forget it, nobody can open them again**; you could only erase them and begin anew.\n"
    "Discord sees what you type here, so take one that you use nowhere else. Backups of the bot from before"
    " keep your earlier copies without it, until they are replaced."
)
BEFORE_REMOVING = "Without it, whoever runs this bot could read your copies again."

PICTURE_NAME = "my-check-ins.png"
PICTURE_TITLE = "My check-ins"
WHERE = "Where I am"

_ONLY_YOU = "Only you see this."
_ROOM = 3600
_ALTERNATIVE_ROOM = 1024


def shown(found: Trends, *, with_picture: bool) -> discord.Embed:
    """Say what may be seen, or why nothing can be."""
    match found.keeping:
        case Keeping.OFF:
            return _offer()
        case Keeping.LOCKED:
            return _locked()
        case Keeping.SPOILT:
            return _embed("Your copies were damaged and cannot be opened. You can erase them and begin anew.")
        case Keeping.PLAIN | Keeping.UNLOCKED:
            return _table(found, with_picture=with_picture)


def keeping() -> discord.Embed:
    """Confirm that copies are kept from now on."""
    return _embed(
        "From your next check-in on, a private copy is kept. `/my trends` shows it, to you alone.\n"
        "Whoever runs this bot could read the copies until you set a passphrase."
    )


def protected() -> discord.Embed:
    """Confirm a passphrase."""
    return _embed(
        "The passphrase is set, and your copies are locked. New ones are added without it; to read them,"
        " `/my trends` asks for it.",
        title="Locked",
    )


def changed() -> discord.Embed:
    """Confirm another passphrase."""
    return _embed("From now on the new passphrase opens your copies, and the old one no longer does.")


def removed() -> discord.Embed:
    """Confirm that there is no passphrase any more."""
    return _embed("The passphrase is removed. `/my trends` shows your copies without asking.")


def about_to_erase() -> discord.Embed:
    """Ask once more."""
    return _embed(
        "This erases all your private copies, and no more are kept. It cannot be undone. Check-ins themselves"
        " go on as before.\nBackups of the bot hold the copies, encrypted, until they are replaced.",
        title="Stop and erase?",
    )


def erased() -> discord.Embed:
    """Confirm that everything is gone."""
    return _embed("Your copies are erased, and no more are kept. If you like, you can begin anew.")


def alternative_text(found: Trends) -> str:
    """Say what the picture shows, for those who cannot see it. At most 1024 characters."""
    said = f"{PICTURE_TITLE}, {span(found)}, four rows of marks over the weeks."
    for copy in reversed(found.copies):
        said_more = f"{said} {line(copy, found)}."
        if len(said_more) > _ALTERNATIVE_ROOM:
            break
        said = said_more
    return said


def span(found: Trends) -> str:
    """Say which weeks are shown."""
    return f"{found.weeks} weeks to {day(found.last_day, found)}"


def day(moment: date, found: Trends) -> str:
    """Return a date as short as it can be: with its year only where that is another one."""
    year = "" if moment.year == found.last_day.year else f" {moment.year}"
    return f"{moment.day} {moment:%b}{year}"


def levels(name: str) -> tuple[str, ...]:
    """Return the words beside a scale in the picture, from top to bottom; the better end is on top."""
    if name == "continuum":
        return tuple(STEP_NAMES[step] for step in CONTINUUM)
    labels = tuple(label if "·" in label else "" for label in SCALES[name].labels)
    return labels if name == "load" else labels[::-1]


def line(copy: Copy, found: Trends) -> str:
    """Return one check-in in words."""
    return f"{day(copy.day, found)}: {_answered(copy.answers)}"


def _answered(answers: Answers | None) -> str:
    if answers is None:
        return "taken back"
    return (
        f"{STEP_NAMES[answers.continuum]} · energy {answers.energy} · load {answers.load}"
        f" · connection {answers.connection}"
    )


def _offer() -> discord.Embed:
    embed = _embed(
        "No copies of your check-ins are kept, so there is nothing to show. If you want, one is kept of each"
        f" check-in from now on: the day and your four answers, for at most {KEPT_MONTHS} months. You see"
        " them as a picture and a list, and can erase them at any time."
    )
    embed.add_field(
        name="Who could read it",
        value=(
            "Peers, facilitators, the server's owner: nobody\n"
            "Whoever runs this bot: could, with the database and all keys, also after a check-in has closed;"
            " not once you have set a passphrase\n"
            "Discord: sees what is shown to you"
        ),
        inline=False,
    )
    embed.set_footer(text=_ONLY_YOU)
    return embed


def _locked() -> discord.Embed:
    embed = _embed(
        "With your passphrase the copies are opened for one answer, and stay locked. Check-ins go on adding"
        " to them without it.\n\nWithout it nobody can open them, not even whoever runs this"
        " bot. You can erase them and begin anew.",
        title="Locked",
    )
    embed.set_footer(text=_ONLY_YOU)
    return embed


def _table(found: Trends, *, with_picture: bool) -> discord.Embed:
    lines = [line(copy, found) for copy in reversed(found.copies)]
    said = (
        f"{span(found)}, newest first. Load 5 is the heaviest; a gap is a time without a copy, and says"
        f" nothing else.\n\n{words.fitting(lines, _ROOM)}"
        if lines
        else f"{span(found)}: no copies in this time."
    )
    embed = _embed(said, title="Your own check-ins")
    if with_picture:
        embed.set_image(url=f"attachment://{PICTURE_NAME}")
    could = (
        "Whoever runs this bot could read the copies; a passphrase closes them."
        if found.keeping is Keeping.PLAIN
        else "The copies are locked again already; what is shown here goes when you dismiss it."
    )
    embed.set_footer(text=f"{_ONLY_YOU} {could}")
    return embed


def _embed(text: str, *, title: str | None = None) -> discord.Embed:
    return discord.Embed(title=title, description=text, colour=words.CALM)
