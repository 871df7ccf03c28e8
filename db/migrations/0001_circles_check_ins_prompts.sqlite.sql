-- Snowflakes are Discord's ids of servers, channels and roles. No id of a person is ever stored:
-- a person is member_key, an HMAC under a key that is not in this file.

CREATE TABLE installation (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    master_key_check BLOB NOT NULL,
    command_tree TEXT
) STRICT;

CREATE TABLE server (
    server_id INTEGER NOT NULL PRIMARY KEY,
    moderator_role_id INTEGER NOT NULL,
    category_id INTEGER,
    time_zone TEXT NOT NULL,
    country TEXT,
    language TEXT NOT NULL
) STRICT;

CREATE TABLE circle (
    circle_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    server_id INTEGER NOT NULL REFERENCES server (server_id),
    name TEXT NOT NULL,
    purpose TEXT NOT NULL,
    seats INTEGER NOT NULL CHECK (seats > 0),
    state TEXT NOT NULL CHECK (state IN ('preparing', 'open')),
    role_id INTEGER,
    channel_id INTEGER,
    agreement_version INTEGER NOT NULL,
    UNIQUE (server_id, name)
) STRICT;

CREATE TABLE agreement (
    circle_id INTEGER NOT NULL REFERENCES circle (circle_id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (circle_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE circle_member (
    circle_id INTEGER NOT NULL REFERENCES circle (circle_id) ON DELETE CASCADE,
    member_key BLOB NOT NULL,
    seated INTEGER NOT NULL CHECK (seated IN (0, 1)),
    facilitates INTEGER NOT NULL CHECK (facilitates IN (0, 1)),
    agreed_version INTEGER NOT NULL,
    PRIMARY KEY (circle_id, member_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkin_schedule (
    schedule_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    server_id INTEGER NOT NULL REFERENCES server (server_id),
    circle_id INTEGER REFERENCES circle (circle_id) ON DELETE CASCADE,
    channel_id INTEGER NOT NULL,
    weekday INTEGER NOT NULL CHECK (weekday BETWEEN 0 AND 6),
    local_time TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    every_weeks INTEGER NOT NULL CHECK (every_weeks > 0),
    anchor TEXT NOT NULL,
    days INTEGER NOT NULL CHECK (days >= 7),
    next_run_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX one_checkin_schedule ON checkin_schedule (server_id, coalesce(circle_id, 0));
CREATE INDEX checkin_schedule_due ON checkin_schedule (next_run_at);

-- Nothing here is about a person.
CREATE TABLE checkin_window (
    window_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    server_id INTEGER NOT NULL REFERENCES server (server_id),
    circle_id INTEGER REFERENCES circle (circle_id) ON DELETE CASCADE,
    channel_id INTEGER NOT NULL,
    opens_at INTEGER NOT NULL,
    closes_at INTEGER NOT NULL,
    minimum INTEGER NOT NULL CHECK (minimum >= 5),
    state TEXT NOT NULL CHECK (state IN ('open', 'released', 'withheld', 'cancelled'))
) STRICT;

CREATE UNIQUE INDEX one_open_window ON checkin_window (server_id, coalesce(circle_id, 0)) WHERE state = 'open';
CREATE INDEX window_due ON checkin_window (closes_at) WHERE state = 'open';

-- No time, no order of arrival, no id: see docs/decisions on sealed ballots.
CREATE TABLE ballot (
    window_id INTEGER NOT NULL REFERENCES checkin_window (window_id) ON DELETE CASCADE,
    token BLOB NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (window_id, token)
) STRICT, WITHOUT ROWID;

CREATE TABLE release (
    window_id INTEGER NOT NULL PRIMARY KEY REFERENCES checkin_window (window_id) ON DELETE CASCADE,
    findings TEXT NOT NULL
) STRICT;

CREATE TABLE prompt_schedule (
    schedule_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    server_id INTEGER NOT NULL REFERENCES server (server_id),
    circle_id INTEGER NOT NULL REFERENCES circle (circle_id) ON DELETE CASCADE,
    days TEXT NOT NULL,
    local_time TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    theme TEXT,
    minutes INTEGER,
    paused INTEGER NOT NULL CHECK (paused IN (0, 1)),
    next_run_at INTEGER NOT NULL
) STRICT;

CREATE INDEX prompt_schedule_due ON prompt_schedule (next_run_at) WHERE paused = 0;

CREATE TABLE practice_shown (
    circle_id INTEGER NOT NULL REFERENCES circle (circle_id) ON DELETE CASCADE,
    practice_id TEXT NOT NULL,
    times INTEGER NOT NULL,
    last INTEGER NOT NULL CHECK (last IN (0, 1)),
    PRIMARY KEY (circle_id, practice_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE post (
    post_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('window', 'release', 'practice')),
    server_id INTEGER NOT NULL REFERENCES server (server_id),
    channel_id INTEGER NOT NULL,
    subject TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    lapses_at INTEGER NOT NULL,
    tried_at INTEGER,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'undeliverable', 'lapsed', 'unconfirmed'))
) STRICT;

CREATE INDEX post_waiting ON post (due_at) WHERE state = 'waiting';
