"""Forms, as they come back filled in."""

from __future__ import annotations

from collections.abc import Sequence

from tests.authority.rows import DONE, SHOWN, Entry, everybody, form, managed, moderated, steered

PHRASE = "words that nobody has set"

FORMS: Sequence[Entry] = (
    form(
        "setup-settings:",
        managed(SHOWN, elsewhere="no_such_role"),
        moderators=["@moderators"],
        time_zone="Berlin",
        country="",
    ),
    form(
        "new-circle:open.ALWAYS",
        moderated(DONE),
        name="Friday",
        purpose="",
        seats="8",
        agreement="Yes.",
        holder=["@facilitator"],
    ),
    form("circle-description:1", steered(DONE), name="Tuesday", purpose="", seats="9", access="open"),
    form("circle-release:1", steered(DONE), member=["@member"], sure=True),
    form("circle-invite:1", steered(DONE), member=["@somebody"]),
    form("circle-agreement:1", steered(DONE), agreement="Other words."),
    form("circle-holders:1", steered(DONE), facilitator=["@facilitator"], co_facilitators=["@somebody"]),
    form(
        "circle-away:1",
        everybody("not_yours_to_hold", facilitator=DONE, elsewhere="no_such_circle"),
        until="2026-02-01",
    ),
    form("circle-end:1.1", steered("not_confirmed"), channel="keep", name="Tuesdy"),
    form("circle-hours:1", steered(DONE), which="keeps", hours="daily 07:00-22:00"),
    form(
        "meeting-plan:1.0:0",
        steered(DONE),
        when="tomorrow 18:30",
        length="60",
        topic="",
        place="By the window",
    ),
    form(
        "answer-in:1",
        everybody("not_seated_here", member=DONE, elsewhere="window_closed"),
        continuum="reacting",
        energy="2",
        load="4",
        connection="3",
    ),
    form("trends-unlock:8", everybody("nothing_kept"), passphrase=PHRASE),
    form(
        "trends-protect:",
        everybody("nothing_kept"),
        passphrase=PHRASE,
        again=PHRASE,
    ),
    form(
        "trends-change:",
        everybody("nothing_kept"),
        old=PHRASE,
        passphrase=PHRASE,
        again=PHRASE,
    ),
    form("trends-remove:", everybody("nothing_kept"), old=PHRASE),
    form("plan-form:notice", everybody(DONE), signs="Tired."),
    form("load-form:", everybody(DONE), hours="30", heavy="3", other="9", breaks="3", boundaries="3"),
    form("personal-kind:", everybody(SHOWN), kind=["plan"]),
    form("personal-unlock:", everybody("nothing_kept"), passphrase=PHRASE),
    form("step-form:", everybody("no_such_step"), step=["0"], days="daily", at="09:00"),
    form("retention-form:", managed(SHOWN), what=["posts"], days="30"),
    form(
        "resource-form:add:supervision",
        moderated(DONE),
        name="A line",
        number="",
        url="https://example.org/",
        hours="always",
        for_whom="everybody",
    ),
)
