-- A check that belongs to one column goes with the column: that is how SQLite lets one be changed.

ALTER TABLE server ADD COLUMN facilitators_channel_id INTEGER;

ALTER TABLE circle ADD COLUMN access TEXT NOT NULL DEFAULT 'open' CHECK (access IN ('open', 'request', 'invite'));
ALTER TABLE circle ADD COLUMN stage TEXT NOT NULL DEFAULT 'preparing'
    CHECK (stage IN ('preparing', 'open', 'closing', 'deleting', 'archived'));
UPDATE circle SET stage = state;
ALTER TABLE circle DROP COLUMN state;
ALTER TABLE circle RENAME COLUMN stage TO state;

ALTER TABLE circle_member ADD COLUMN holds TEXT NOT NULL DEFAULT 'no'
    CHECK (holds IN ('no', 'facilitator', 'co-facilitator', 'away'));
UPDATE circle_member SET holds = 'facilitator' WHERE facilitates = 1;
ALTER TABLE circle_member DROP COLUMN facilitates;
ALTER TABLE circle_member ADD COLUMN sealed BLOB;

-- The program knows which kinds there are; so a new one needs no new table.
ALTER TABLE post ADD COLUMN says TEXT NOT NULL DEFAULT '';
UPDATE post SET says = kind;
ALTER TABLE post DROP COLUMN kind;
ALTER TABLE post RENAME COLUMN says TO kind;

-- Those who want a seat, in the order in which they are served. A seat that is held has a row below.
CREATE TABLE candidate (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    circle_id INTEGER NOT NULL REFERENCES circle (circle_id) ON DELETE CASCADE,
    member_key BLOB NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('asking', 'waiting', 'declined', 'lapsed')),
    turn INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    UNIQUE (circle_id, member_key)
) STRICT;

CREATE INDEX candidate_by_member ON candidate (member_key);

-- Under which messages requests are answered. When one is over, the name is taken out, and the row goes.
CREATE TABLE request_message (
    message_id INTEGER NOT NULL PRIMARY KEY,
    server_id INTEGER NOT NULL REFERENCES server (server_id),
    channel_id INTEGER NOT NULL,
    number INTEGER NOT NULL
) STRICT;

CREATE TABLE held_seat (
    number INTEGER NOT NULL PRIMARY KEY REFERENCES candidate (number) ON DELETE CASCADE,
    next_run_at INTEGER NOT NULL
) STRICT;

CREATE INDEX held_seat_due ON held_seat (next_run_at);

-- A circle whose facilitator is away: somebody was asked to take over, or the moderators were told.
CREATE TABLE takeover (
    circle_id INTEGER NOT NULL PRIMARY KEY REFERENCES circle (circle_id) ON DELETE CASCADE,
    told INTEGER NOT NULL CHECK (told IN (0, 1)),
    next_run_at INTEGER NOT NULL
) STRICT;
