"""Every column there is: whose data it is, why it is kept, and how long it stays.

A test holds this list against the tables of both engines, so that nothing is stored which is not
named here. The sentences are meant for members: `/privacy` may show them as they are. `PERSONAL` says of
each table about members how its rows are found again: what is exported and erased follows from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Whose(StrEnum):
    """Whom a value is about. `nobody`: it is about this program."""

    NOBODY = "nobody"
    SERVER = "server"
    CIRCLE = "circle"
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of one table. `kept` completes the words 'this stays ...'."""

    table: str
    name: str
    whose: Whose
    why: str
    kept: str


class Kind(StrEnum):
    """What a member can have exported or erased by itself. One kind may lie in several tables."""

    CIRCLES = "circles"
    CHECKINS = "check-ins"
    PRACTICES = "practices"
    PLAN = "plan"
    LOAD = "load"
    SETTINGS = "settings"
    REMINDERS = "reminders"
    TRENDS = "trends"


class FoundBy(StrEnum):
    """What leads from a member to their rows in a table; none of it is an id.

    MEMBER_KEY: `MemberKey.key`, by which circles count and seat people. INDEX: `MemberKey.index(table)`,
    which is different in every table. BALLOT: the token of a
    ballot, different in every window.
    """

    MEMBER_KEY = "member key"
    INDEX = "index"
    BALLOT = "ballot"


@dataclass(frozen=True, slots=True)
class Personal:
    """A table about members: of which kind it is, and which column leads to a member's rows.

    `sealed` are the columns that only the member's data key opens.
    """

    table: str
    kind: Kind
    found_by: FoundBy
    column: str
    sealed: tuple[str, ...] = ()


_PROGRAM, _SERVER, _CIRCLE, _MEMBER = Whose.NOBODY, Whose.SERVER, Whose.CIRCLE, Whose.MEMBER

_ALWAYS = "as long as this database"
_SCHEDULED = "until the schedule is stopped, or its circle ends"
_PROMPTED = "until the prompt is removed, or its circle ends"
_AS_CIRCLE = "as long as the circle"
_WITH_RESULT = "for at most 730 days after the close, and no longer than its circle"
_SEATED = "until you leave the circle; if you hold it, as long as you do"
_WAITING = "until you have a seat, step back, or have read that you get none"
_ASKED = "until the request is answered or taken back, and the name taken out there"
_MENDED = "until it has one again"
_AS_CIRCLE_OPEN = "until the circle ends"
_PLANNED = "until the meeting is over (and its circle has its channel), or its circle ends"
_TOGETHER = "until the circle checks in by itself again, or ends"
_HELD = "until the seat is taken, or goes on to the next"
_UNHELD = "until somebody holds the circle again"
_SEALED = "until the window closes, or you withdraw"
_OWN = "until you erase it"
_POSTED = "for at most 60 days after it was due"
_CHANGED = "until a moderator takes the change back"
_NOTED = "until you erase it; a week more than 104 back goes when you note the next one"
_COPIED = "until you erase it; of each check-in, for at most 24 months"

REGISTRY = (
    Column("schema_version", "version", _PROGRAM, "which version of the tables this is", _ALWAYS),
    Column("installation", "only_row", _PROGRAM, "there is one row here and no other", _ALWAYS),
    Column("installation", "keys_check", _PROGRAM, "tells the right keys from others", _ALWAYS),
    Column("installation", "command_tree", _PROGRAM, "which commands Discord was last told", _ALWAYS),
    Column("installation", "retention_due_at", _PROGRAM, "when old entries are next removed", _ALWAYS),
    Column("installation", "backup_due_at", _PROGRAM, "when the next backup is made", _ALWAYS),
    Column("installation", "backup_made_at", _PROGRAM, "when the last backup was made", _ALWAYS),
    Column("installation", "backup_trouble", _PROGRAM, "where the log says why there is none", _ALWAYS),
    # What was chosen when a server was set up.
    Column("server", "server_id", _SERVER, "which Discord server this is", _ALWAYS),
    Column("server", "moderator_role_id", _SERVER, "which role may manage all circles", _ALWAYS),
    Column("server", "category_id", _SERVER, "where new circles get their channels", _ALWAYS),
    Column("server", "facilitators_channel_id", _SERVER, "where those who hold circles are asked", _ALWAYS),
    Column("server", "time_zone", _SERVER, "by which clock check-ins and prompts come", _ALWAYS),
    Column("server", "country", _SERVER, "where the server is, for what depends on the country", _ALWAYS),
    Column("server", "language", _SERVER, "in which language the bot speaks", _ALWAYS),
    Column("server_feature", "server_id", _SERVER, "which server uses an optional feature", _ALWAYS),
    Column("server_feature", "name", _SERVER, "which feature it uses", _ALWAYS),
    Column("server_retention", "server_id", _SERVER, "which server keeps something for less", _ALWAYS),
    Column("server_retention", "what", _SERVER, "what it is that is kept for less", _ALWAYS),
    Column("server_retention", "days", _SERVER, "for how many days it is kept instead", _ALWAYS),
    # What a server's moderators changed in the lines of `/resources` and `/help-now`.
    Column("server_resource", "resource_id", _SERVER, "tells this change from others", _CHANGED),
    Column("server_resource", "server_id", _SERVER, "in which server it holds", _CHANGED),
    Column("server_resource", "replaces", _SERVER, "which shipped entry it hides or replaces", _CHANGED),
    Column("server_resource", "kind", _SERVER, "what kind of help it is", _CHANGED),
    Column("server_resource", "name", _SERVER, "what it is called; none: the entry is hidden", _CHANGED),
    Column("server_resource", "number", _SERVER, "which number to call", _CHANGED),
    Column("server_resource", "url", _SERVER, "where to read more", _CHANGED),
    Column("server_resource", "hours", _SERVER, "when it can be reached", _CHANGED),
    Column("server_resource", "for_whom", _SERVER, "whom it is for", _CHANGED),
    Column("server_resource", "checked_on", _SERVER, "when a moderator last checked it", _CHANGED),
    # Circles, and who belongs to them.
    Column("circle", "circle_id", _CIRCLE, "tells this circle from others", _AS_CIRCLE),
    Column("circle", "server_id", _CIRCLE, "in which server it meets", _AS_CIRCLE),
    Column("circle", "name", _CIRCLE, "what it is called", _AS_CIRCLE),
    Column("circle", "purpose", _CIRCLE, "what it is for, in the words of who opened it", _AS_CIRCLE),
    Column("circle", "seats", _CIRCLE, "how many may enter", _AS_CIRCLE),
    Column("circle", "access", _CIRCLE, "whether one enters, asks, or is invited", _AS_CIRCLE),
    Column("circle", "state", _CIRCLE, "whether it is being made, open, or over", _AS_CIRCLE),
    Column("circle", "role_id", _CIRCLE, "which Discord role lets its members in", _AS_CIRCLE),
    Column("circle", "channel_id", _CIRCLE, "where it meets", _AS_CIRCLE),
    Column("circle", "agreement_version", _CIRCLE, "which agreement holds now", _AS_CIRCLE),
    Column("agreement", "circle_id", _CIRCLE, "whose agreement it is", _AS_CIRCLE),
    Column("agreement", "version", _CIRCLE, "so that a changed agreement is asked again", _AS_CIRCLE),
    Column("agreement", "words", _CIRCLE, "what is agreed to by whoever enters", _AS_CIRCLE),
    Column("circle_member", "circle_id", _MEMBER, "in which circle you are", _SEATED),
    Column("circle_member", "member_key", _MEMBER, "knows you again, without your name or id", _SEATED),
    Column("circle_member", "seated", _MEMBER, "whether you have a seat", _SEATED),
    Column("circle_member", "holds", _MEMBER, "whether you hold the circle, or are away from it", _SEATED),
    Column("circle_member", "agreed_version", _MEMBER, "which agreement you accepted", _SEATED),
    Column("circle_member", "sealed", _MEMBER, "how the bot finds you again, encrypted for you", _SEATED),
    Column("candidate", "number", _MEMBER, "the number of your request, on its buttons", _WAITING),
    Column("candidate", "circle_id", _MEMBER, "which circle you would like to enter", _WAITING),
    Column("candidate", "member_key", _MEMBER, "knows you again, without your name or id", _WAITING),
    Column("candidate", "stage", _MEMBER, "whether you ask, wait, or have yet to read an answer", _WAITING),
    Column("candidate", "turn", _MEMBER, "who is before you and who behind", _WAITING),
    Column("candidate", "sealed", _MEMBER, "how the bot finds you again, encrypted for you", _WAITING),
    # Where requests are answered, what is due for those who wait, and for circles that nobody holds.
    Column("request_message", "message_id", _SERVER, "under which message a request is answered", _ASKED),
    Column("request_message", "server_id", _SERVER, "in which server", _ASKED),
    Column("request_message", "channel_id", _SERVER, "in which channel", _ASKED),
    Column("request_message", "number", _SERVER, "which request it is, by its number", _ASKED),
    Column("held_seat", "number", _CIRCLE, "for which number on the waitlist a seat is held", _HELD),
    Column("held_seat", "next_run_at", _CIRCLE, "until when, before it goes on to the next", _HELD),
    Column("takeover", "circle_id", _CIRCLE, "which circle has no facilitator at the moment", _UNHELD),
    Column("takeover", "told", _CIRCLE, "whether the moderators have been told", _UNHELD),
    Column("takeover", "next_run_at", _CIRCLE, "until when somebody may take it over before that", _UNHELD),
    Column("lost_channel", "circle_id", _CIRCLE, "which circle has lost its channel", _MENDED),
    # When circles are open.
    Column("opening_hours", "circle_id", _CIRCLE, "whose hours they are", _AS_CIRCLE_OPEN),
    Column("opening_hours", "spans", _CIRCLE, "on which days it is open, from when to when", _AS_CIRCLE_OPEN),
    Column("opening_hours", "time_zone", _CIRCLE, "by which clock", _AS_CIRCLE_OPEN),
    Column("opening_hours", "open", _CIRCLE, "whether it is open now", _AS_CIRCLE_OPEN),
    Column("opening_hours", "follows", _CIRCLE, "whether its channel has been made so", _AS_CIRCLE_OPEN),
    Column(
        "opening_hours", "threads_before", _CIRCLE, "what threads allowed before it closed", _AS_CIRCLE_OPEN
    ),
    Column("opening_hours", "next_run_at", _CIRCLE, "when it next opens or closes", _AS_CIRCLE_OPEN),
    # Meetings. Who comes is not noted.
    Column("meeting", "meeting_id", _CIRCLE, "tells this meeting from others", _PLANNED),
    Column("meeting", "server_id", _CIRCLE, "in which server it is", _PLANNED),
    Column("meeting", "circle_id", _CIRCLE, "which circle meets", _PLANNED),
    Column("meeting", "title", _CIRCLE, "what its event is called, which the whole server sees", _PLANNED),
    Column("meeting", "topic", _CIRCLE, "what it is about, for the circle", _PLANNED),
    Column("meeting", "place", _CIRCLE, "where it is, for the circle", _PLANNED),
    Column("meeting", "channel_id", _CIRCLE, "in which voice channel", _PLANNED),
    Column("meeting", "event_id", _CIRCLE, "which event on Discord stands for it", _PLANNED),
    Column("meeting", "local_start", _CIRCLE, "when the first one begins", _PLANNED),
    Column("meeting", "time_zone", _CIRCLE, "by which clock", _PLANNED),
    Column("meeting", "every_weeks", _CIRCLE, "every how many weeks", _PLANNED),
    Column("meeting", "minutes", _CIRCLE, "how long it lasts", _PLANNED),
    Column("meeting", "occurs_at", _CIRCLE, "when the next one falls", _PLANNED),
    Column("meeting", "starts_at", _CIRCLE, "when it begins, also where it was moved", _PLANNED),
    Column("meeting", "next_run_at", _CIRCLE, "when the circle is next reminded", _PLANNED),
    Column("meeting", "sequence", _CIRCLE, "how often it has changed, for calendars", _PLANNED),
    Column("meeting", "cancelled", _CIRCLE, "whether it was cancelled", _PLANNED),
    # Circles that check in together.
    Column("circle_group", "group_id", _CIRCLE, "tells these circles from other such groups", _TOGETHER),
    Column("circle_group", "server_id", _CIRCLE, "in which server they are", _TOGETHER),
    Column("group_circle", "group_id", _CIRCLE, "which circles check in together, or would", _TOGETHER),
    Column("group_circle", "circle_id", _CIRCLE, "which circle is one of them", _TOGETHER),
    Column("group_circle", "agreed", _CIRCLE, "whether that is agreed for it", _TOGETHER),
    # When check-ins open by themselves.
    Column("checkin_schedule", "schedule_id", _CIRCLE, "tells this schedule from others", _SCHEDULED),
    Column("checkin_schedule", "server_id", _CIRCLE, "in which server it is", _SCHEDULED),
    Column("checkin_schedule", "circle_id", _CIRCLE, "whose check-ins it opens", _SCHEDULED),
    Column("checkin_schedule", "channel_id", _CIRCLE, "where they are announced", _SCHEDULED),
    Column("checkin_schedule", "weekday", _CIRCLE, "on which day they open", _SCHEDULED),
    Column("checkin_schedule", "local_time", _CIRCLE, "at what time they open", _SCHEDULED),
    Column("checkin_schedule", "time_zone", _CIRCLE, "by which clock", _SCHEDULED),
    Column("checkin_schedule", "every_weeks", _CIRCLE, "every how many weeks", _SCHEDULED),
    Column("checkin_schedule", "anchor", _CIRCLE, "the date from which the weeks are counted", _SCHEDULED),
    Column("checkin_schedule", "days", _CIRCLE, "for how many days they are open", _SCHEDULED),
    Column("checkin_schedule", "next_run_at", _CIRCLE, "when the next one opens", _SCHEDULED),
    # Check-ins: the windows, the sealed answers while they are open, and what was published.
    Column("checkin_window", "window_id", _CIRCLE, "tells this window from others", _WITH_RESULT),
    Column("checkin_window", "server_id", _CIRCLE, "in which server it is", _WITH_RESULT),
    Column("checkin_window", "circle_id", _CIRCLE, "which circle answers; none: the server", _WITH_RESULT),
    Column("checkin_window", "shared_by", _CIRCLE, "how many circles answer together", _WITH_RESULT),
    Column("checkin_window", "channel_id", _CIRCLE, "where the result is posted", _WITH_RESULT),
    Column("checkin_window", "opens_at", _CIRCLE, "since when it is open", _WITH_RESULT),
    Column("checkin_window", "closes_at", _CIRCLE, "until when one may answer", _WITH_RESULT),
    Column("checkin_window", "minimum", _CIRCLE, "how many answers a result takes", _WITH_RESULT),
    Column("checkin_window", "state", _CIRCLE, "open, published, withheld or cancelled", _WITH_RESULT),
    Column("window_circle", "window_id", _CIRCLE, "which window several circles share", _WITH_RESULT),
    Column("window_circle", "circle_id", _CIRCLE, "which circle is one of them", _WITH_RESULT),
    Column("ballot", "window_id", _MEMBER, "each open window; your answer counts in one of them", _SEALED),
    Column("ballot", "token", _MEMBER, "finds your answer again if you change or withdraw it", _SEALED),
    Column(
        "ballot", "sealed", _MEMBER, "your answer, or where it counts; encrypted until the close", _SEALED
    ),
    Column("release", "window_id", _CIRCLE, "of which window it is the result", _WITH_RESULT),
    Column("release", "findings", _CIRCLE, "what was published, and nothing else", _WITH_RESULT),
    Column("private_trend", "owner", _MEMBER, "finds your page, and tells nobody else whose it is", _COPIED),
    Column(
        "private_trend", "sealed", _MEMBER, "copies of your own check-ins, since you asked for them", _COPIED
    ),
    # Practices that are offered to a circle.
    Column("prompt_schedule", "schedule_id", _CIRCLE, "tells this prompt from others", _PROMPTED),
    Column("prompt_schedule", "server_id", _CIRCLE, "in which server it is", _PROMPTED),
    Column("prompt_schedule", "circle_id", _CIRCLE, "to which circle it comes", _PROMPTED),
    Column("prompt_schedule", "days", _CIRCLE, "on which days", _PROMPTED),
    Column("prompt_schedule", "local_time", _CIRCLE, "at what time", _PROMPTED),
    Column("prompt_schedule", "time_zone", _CIRCLE, "by which clock", _PROMPTED),
    Column("prompt_schedule", "theme", _CIRCLE, "about which theme", _PROMPTED),
    Column("prompt_schedule", "minutes", _CIRCLE, "how long a practice may take", _PROMPTED),
    Column("prompt_schedule", "paused", _CIRCLE, "whether it rests", _PROMPTED),
    Column("prompt_schedule", "next_run_at", _CIRCLE, "when the next one comes", _PROMPTED),
    Column("practice_shown", "circle_id", _CIRCLE, "which circle was offered it", _AS_CIRCLE),
    Column("practice_shown", "practice_id", _CIRCLE, "which practice it was", _AS_CIRCLE),
    Column("practice_shown", "times", _CIRCLE, "so that every practice has its turn", _AS_CIRCLE),
    Column("practice_shown", "useful", _CIRCLE, "how many found it useful, and not who", _AS_CIRCLE),
    Column("practice_shown", "unsuitable", _CIRCLE, "how many found it unsuitable, and not who", _AS_CIRCLE),
    Column("practice_shown", "last", _CIRCLE, "so that none comes twice in a row", _AS_CIRCLE),
    # Pages that only the member they belong to can read.
    Column("practice_taste", "owner", _MEMBER, "finds your page, and tells nobody else whose it is", _OWN),
    Column("practice_taste", "sealed", _MEMBER, "which practices you saw, and found useful or not", _OWN),
    Column("self_care_plan", "owner", _MEMBER, "finds your page, and tells nobody else whose it is", _OWN),
    Column("self_care_plan", "sealed", _MEMBER, "your self-care plan, in your own words", _OWN),
    Column("workload", "owner", _MEMBER, "finds your page, and tells nobody else whose it is", _OWN),
    Column("workload", "sealed", _MEMBER, "what you noted on hours, caseload, breaks and boundaries", _NOTED),
    Column("member_settings", "owner", _MEMBER, "finds your page, and tells nobody else whose it is", _OWN),
    Column("member_settings", "sealed", _MEMBER, "your time zone, quiet hours and what you chose", _OWN),
    Column(
        "personal_reminder",
        "owner",
        _MEMBER,
        "finds your reminders, and says not whose they are",
        _OWN,
    ),
    Column("personal_reminder", "slot", _MEMBER, "tells your reminders from each other", _OWN),
    Column("personal_reminder", "next_run_at", _MEMBER, "when one comes; it has to be found unopened", _OWN),
    Column("personal_reminder", "sealed", _MEMBER, "what it is about, and how you are reached", _OWN),
    # What the bot says in channels of its own accord.
    Column("post", "post_id", _SERVER, "tells this post from others, so that none is sent twice", _POSTED),
    Column("post", "kind", _SERVER, "whether it announces, reports or offers", _POSTED),
    Column("post", "server_id", _SERVER, "in which server", _POSTED),
    Column("post", "channel_id", _SERVER, "in which channel", _POSTED),
    Column("post", "subject", _SERVER, "which window, circle or practice it is about", _POSTED),
    Column("post", "due_at", _SERVER, "since when it is to be said", _POSTED),
    Column("post", "lapses_at", _SERVER, "until when it makes sense to say it", _POSTED),
    Column("post", "tried_at", _SERVER, "when it was last sent on its way", _POSTED),
    Column("post", "state", _SERVER, "whether it was said", _POSTED),
)

PERSONAL = (
    Personal("circle_member", Kind.CIRCLES, FoundBy.MEMBER_KEY, "member_key", sealed=("sealed",)),
    Personal("candidate", Kind.CIRCLES, FoundBy.MEMBER_KEY, "member_key", sealed=("sealed",)),
    Personal("practice_taste", Kind.PRACTICES, FoundBy.INDEX, "owner", sealed=("sealed",)),
    Personal("self_care_plan", Kind.PLAN, FoundBy.INDEX, "owner", sealed=("sealed",)),
    Personal("workload", Kind.LOAD, FoundBy.INDEX, "owner", sealed=("sealed",)),
    Personal("member_settings", Kind.SETTINGS, FoundBy.INDEX, "owner", sealed=("sealed",)),
    Personal("personal_reminder", Kind.REMINDERS, FoundBy.INDEX, "owner", sealed=("sealed",)),
    Personal("ballot", Kind.CHECKINS, FoundBy.BALLOT, "token", sealed=("sealed",)),
    Personal("private_trend", Kind.TRENDS, FoundBy.INDEX, "owner", sealed=("sealed",)),
)


_PLACE = re.compile(r"(?:.*_)?(?:server|category|channel|role|message|event|thread)_id")


def is_place_on_discord(column: str) -> bool:
    """Say whether a column of this name holds Discord's id of a server, channel, role or message.

    No other column may hold an id of Discord's: it could be a person's.
    """
    return _PLACE.fullmatch(column) is not None


def columns_of(table: str) -> tuple[Column, ...]:
    """Return what is said of a table's columns, in their order."""
    return tuple(column for column in REGISTRY if column.table == table)
