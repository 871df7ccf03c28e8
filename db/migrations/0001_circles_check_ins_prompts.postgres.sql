-- Snowflakes are Discord's ids of servers, channels and roles. No id of a person is ever stored:
-- a person is member_key, an HMAC under a key that is not in this file.

CREATE TABLE installation (
    only_row BIGINT NOT NULL PRIMARY KEY CHECK (only_row = 1),
    master_key_check BYTEA NOT NULL,
    command_tree TEXT
);

CREATE TABLE server (
    server_id BIGINT NOT NULL PRIMARY KEY,
    moderator_role_id BIGINT NOT NULL,
    category_id BIGINT,
    time_zone TEXT NOT NULL,
    country TEXT,
    language TEXT NOT NULL
);

CREATE TABLE circle (
    circle_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    server_id BIGINT NOT NULL REFERENCES server (server_id),
    name TEXT NOT NULL,
    purpose TEXT NOT NULL,
    seats BIGINT NOT NULL CHECK (seats > 0),
    state TEXT NOT NULL CHECK (state IN ('preparing', 'open')),
    role_id BIGINT,
    channel_id BIGINT,
    agreement_version BIGINT NOT NULL,
    UNIQUE (server_id, name)
);

CREATE TABLE agreement (
    circle_id BIGINT NOT NULL REFERENCES circle (circle_id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (circle_id, version)
);

CREATE TABLE circle_member (
    circle_id BIGINT NOT NULL REFERENCES circle (circle_id) ON DELETE CASCADE,
    member_key BYTEA NOT NULL,
    seated BIGINT NOT NULL CHECK (seated IN (0, 1)),
    facilitates BIGINT NOT NULL CHECK (facilitates IN (0, 1)),
    agreed_version BIGINT NOT NULL,
    PRIMARY KEY (circle_id, member_key)
);

CREATE TABLE checkin_schedule (
    schedule_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    server_id BIGINT NOT NULL REFERENCES server (server_id),
    circle_id BIGINT REFERENCES circle (circle_id) ON DELETE CASCADE,
    channel_id BIGINT NOT NULL,
    weekday BIGINT NOT NULL CHECK (weekday BETWEEN 0 AND 6),
    local_time TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    every_weeks BIGINT NOT NULL CHECK (every_weeks > 0),
    anchor TEXT NOT NULL,
    days BIGINT NOT NULL CHECK (days >= 7),
    next_run_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX one_checkin_schedule ON checkin_schedule (server_id, coalesce(circle_id, 0));
CREATE INDEX checkin_schedule_due ON checkin_schedule (next_run_at);

-- Nothing here is about a person.
CREATE TABLE checkin_window (
    window_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    server_id BIGINT NOT NULL REFERENCES server (server_id),
    circle_id BIGINT REFERENCES circle (circle_id) ON DELETE CASCADE,
    channel_id BIGINT NOT NULL,
    opens_at BIGINT NOT NULL,
    closes_at BIGINT NOT NULL,
    minimum BIGINT NOT NULL CHECK (minimum >= 5),
    state TEXT NOT NULL CHECK (state IN ('open', 'released', 'withheld', 'cancelled'))
);

CREATE UNIQUE INDEX one_open_window ON checkin_window (server_id, coalesce(circle_id, 0)) WHERE state = 'open';
CREATE INDEX window_due ON checkin_window (closes_at) WHERE state = 'open';

-- No time, no order of arrival, no id: see docs/decisions on sealed ballots.
CREATE TABLE ballot (
    window_id BIGINT NOT NULL REFERENCES checkin_window (window_id) ON DELETE CASCADE,
    token BYTEA NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (window_id, token)
);

CREATE TABLE release (
    window_id BIGINT NOT NULL PRIMARY KEY REFERENCES checkin_window (window_id) ON DELETE CASCADE,
    findings TEXT NOT NULL
);

CREATE TABLE prompt_schedule (
    schedule_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    server_id BIGINT NOT NULL REFERENCES server (server_id),
    circle_id BIGINT NOT NULL REFERENCES circle (circle_id) ON DELETE CASCADE,
    days TEXT NOT NULL,
    local_time TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    theme TEXT,
    minutes BIGINT,
    paused BIGINT NOT NULL CHECK (paused IN (0, 1)),
    next_run_at BIGINT NOT NULL
);

CREATE INDEX prompt_schedule_due ON prompt_schedule (next_run_at) WHERE paused = 0;

CREATE TABLE practice_shown (
    circle_id BIGINT NOT NULL REFERENCES circle (circle_id) ON DELETE CASCADE,
    practice_id TEXT NOT NULL,
    times BIGINT NOT NULL,
    last BIGINT NOT NULL CHECK (last IN (0, 1)),
    PRIMARY KEY (circle_id, practice_id)
);

CREATE TABLE post (
    post_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('window', 'release', 'practice')),
    server_id BIGINT NOT NULL REFERENCES server (server_id),
    channel_id BIGINT NOT NULL,
    subject TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    lapses_at BIGINT NOT NULL,
    tried_at BIGINT,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'undeliverable', 'lapsed', 'unconfirmed'))
);

CREATE INDEX post_waiting ON post (due_at) WHERE state = 'waiting';
