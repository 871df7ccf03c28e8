"""What is offered while somebody types into an option."""

from __future__ import annotations

from collections.abc import Sequence

from tests.authority.rows import BOTH, NOTHING, SOMETHING, Entry, everybody, everywhere, suggestion

STEERABLE = everybody(NOTHING, facilitator="Tuesday", moderator=BOTH, owner=BOTH, direct=NOTHING)
"""The circles that somebody steers."""

SUGGESTIONS: Sequence[Entry] = (
    suggestion("setup start time_zone", everywhere(SOMETHING)),
    suggestion("setup resources replace entry", everywhere(SOMETHING)),
    suggestion("setup resources hide entry", everywhere(SOMETHING)),
    suggestion("setup resources restore entry", everywhere(NOTHING)),
    suggestion("circle info circle", everybody(BOTH, direct=NOTHING, elsewhere=NOTHING)),
    suggestion("circle join circle", everybody(BOTH, direct=NOTHING, elsewhere=NOTHING)),
    suggestion(
        "circle leave circle", everybody(NOTHING, neighbour="Thursday", member="Tuesday", direct=NOTHING)
    ),
    suggestion("circle edit circle", STEERABLE),
    suggestion("circle members circle", STEERABLE),
    suggestion("circle approve circle", STEERABLE),
    suggestion("circle hours circle", STEERABLE),
    suggestion("circle archive circle", STEERABLE),
    suggestion("meeting plan circle", STEERABLE),
    suggestion(
        "meeting list circle",
        everybody(NOTHING, neighbour="Thursday", member="Tuesday", facilitator="Tuesday", direct=NOTHING),
    ),
    suggestion(
        "meeting cancel meeting",
        everybody(NOTHING, facilitator=SOMETHING, moderator=SOMETHING, owner=SOMETHING, direct=NOTHING),
    ),
    suggestion("checkin circle", everybody(NOTHING, neighbour="Thursday", member="Tuesday", direct=NOTHING)),
    suggestion("checkins open circle", STEERABLE),
    suggestion("checkins schedule circle", STEERABLE),
    suggestion("checkins cancel circle", STEERABLE),
    suggestion("checkins share circle", STEERABLE),
    suggestion("checkins share with_circle", everybody(BOTH, direct=NOTHING, elsewhere=NOTHING)),
    suggestion("checkins share and_circle", everybody(BOTH, direct=NOTHING, elsewhere=NOTHING)),
    suggestion("checkins share and_another", everybody(BOTH, direct=NOTHING, elsewhere=NOTHING)),
    suggestion(
        "checkins results circle",
        everybody(NOTHING, facilitator="Tuesday", moderator=SOMETHING, owner=SOMETHING, direct=NOTHING),
    ),
    suggestion("my settings time_zone", everywhere(SOMETHING)),
    suggestion("prompts schedule circle", STEERABLE),
    suggestion("prompts schedule time_zone", everywhere(SOMETHING)),
    suggestion(
        "prompts pause prompt",
        everybody(NOTHING, facilitator=SOMETHING, moderator=SOMETHING, owner=SOMETHING, direct=NOTHING),
    ),
    suggestion(
        "prompts remove prompt",
        everybody(NOTHING, facilitator=SOMETHING, moderator=SOMETHING, owner=SOMETHING, direct=NOTHING),
    ),
    suggestion("prompts try circle", STEERABLE),
    suggestion("resources country", everywhere(SOMETHING)),
    suggestion("help-now country", everywhere(SOMETHING)),
)
