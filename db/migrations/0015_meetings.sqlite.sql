-- Meetings of circles: each row is the next one of its kind. Nobody who comes is noted anywhere.
CREATE TABLE meeting (
    meeting_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    server_id INTEGER NOT NULL REFERENCES server (server_id),
    circle_id INTEGER NOT NULL REFERENCES circle (circle_id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    topic TEXT NOT NULL,
    place TEXT NOT NULL,
    channel_id INTEGER,
    event_id INTEGER,
    local_start TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    every_weeks INTEGER NOT NULL CHECK (every_weeks >= 0),
    minutes INTEGER NOT NULL CHECK (minutes > 0),
    occurs_at INTEGER NOT NULL,
    starts_at INTEGER NOT NULL,
    next_run_at INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    cancelled INTEGER NOT NULL CHECK (cancelled IN (0, 1))
) STRICT;

CREATE INDEX meeting_due ON meeting (next_run_at);
CREATE INDEX meeting_by_server ON meeting (server_id);
CREATE INDEX meeting_by_circle ON meeting (circle_id);
