"""Slash commands, in the order of the cogs."""

from __future__ import annotations

from collections.abc import Sequence

from tests.authority.rows import (
    DONE,
    FORM,
    SHOWN,
    Entry,
    command,
    everybody,
    everywhere,
    managed,
    moderated,
    steered,
)

COMMANDS: Sequence[Entry] = (
    command(
        "setup start", managed(SHOWN, elsewhere=DONE), moderators="@moderators", time_zone="Europe/Berlin"
    ),
    command("setup status", moderated(SHOWN)),
    command("setup retention", managed(SHOWN)),
    command("setup features", managed(SHOWN)),
    command("setup resources list", moderated(SHOWN)),
    command("setup resources add", moderated(FORM), kind="supervision"),
    command("setup resources replace", moderated(FORM), entry="international-112"),
    command("setup resources hide", moderated(DONE), entry="international-112"),
    command("setup resources restore", moderated("no_such_resource"), entry="international-112"),
    command("circle browse", everybody(SHOWN)),
    command("circle info", everybody(SHOWN, elsewhere="no_such_circle"), circle="1"),
    command("circle join", everybody(SHOWN, elsewhere="no_such_circle"), circle="1"),
    command("circle leave", everybody("not_in_circle", member=DONE, elsewhere="no_such_circle"), circle="1"),
    command("circle create", moderated(FORM)),
    command("circle edit", steered(SHOWN), circle="1"),
    command("circle members", steered(SHOWN), circle="1"),
    command("circle approve", steered(SHOWN), circle="1"),
    command("circle hours", steered(FORM), circle="1"),
    command("circle archive", steered(SHOWN), circle="1"),
    command("checkin", everybody("no_open_window", neighbour=FORM, member=FORM)),
    command("checkin", everybody("no_open_window", member=FORM), circle="1"),
    command("checkins open", steered("window_already_open", facilitator="needs_facilitator"), circle="2"),
    command("checkins open", steered("window_already_open"), circle="1"),
    command("checkins open", moderated(DONE), whole_server=True),
    command(
        "checkins schedule", steered(DONE, facilitator="needs_facilitator"), weekday=0, at="09:00", circle="2"
    ),
    command("checkins schedule", steered("schedule_exists"), weekday=0, at="09:00", circle="1"),
    command("checkins schedule", moderated(DONE), weekday=0, at="09:00", whole_server=True),
    command("checkins cancel", steered(DONE), circle="1"),
    command("checkins cancel", steered(DONE), what="schedule", circle="1"),
    command("checkins cancel", moderated("nothing_to_cancel"), whole_server=True),
    command("checkins share", steered(SHOWN), circle="1"),
    command("checkins share", steered("share_proposed"), circle="1", with_circle="2"),
    command("checkins results", steered(SHOWN), circle="1"),
    command("checkins results", steered(SHOWN, facilitator="needs_facilitator"), circle="3"),
    command("checkins results", moderated(SHOWN), whole_server=True),
    command("my trends", everybody(SHOWN)),
    command("my plan", everybody(SHOWN)),
    command("my load", everybody(SHOWN)),
    command("my data", everybody(SHOWN)),
    command("my settings", everybody(DONE), pause=True),
    command("prompts schedule", steered(DONE), days="daily", at="09:00", circle="1"),
    command("prompts list", everybody(SHOWN)),
    command("prompts pause", steered(DONE, elsewhere="no_such_prompt"), prompt="1"),
    command("prompts remove", steered(DONE, elsewhere="no_such_prompt"), prompt="1"),
    command("prompts try", steered(SHOWN), circle="1"),
    command("practice now", everybody(SHOWN)),
    command("practice breathe", everywhere(SHOWN)),
    command("practice remind", everybody(DONE), days="daily", at="09:00"),
    command("practice reminders", everybody(SHOWN)),
    command("privacy", everywhere(SHOWN)),
    command("learn", everywhere(SHOWN), theme="burnout"),
    command("resources", everywhere(SHOWN)),
    command("help-now", everywhere(SHOWN)),
    command("after", everywhere(SHOWN)),
)
