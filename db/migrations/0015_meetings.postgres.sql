-- Meetings of circles: each row is the next one of its kind. Nobody who comes is noted anywhere.
CREATE TABLE meeting (
    meeting_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    server_id BIGINT NOT NULL REFERENCES server (server_id),
    circle_id BIGINT NOT NULL REFERENCES circle (circle_id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    topic TEXT NOT NULL,
    place TEXT NOT NULL,
    channel_id BIGINT,
    event_id BIGINT,
    local_start TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    every_weeks BIGINT NOT NULL CHECK (every_weeks >= 0),
    minutes BIGINT NOT NULL CHECK (minutes > 0),
    occurs_at BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    next_run_at BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    cancelled BIGINT NOT NULL CHECK (cancelled IN (0, 1))
);

CREATE INDEX meeting_due ON meeting (next_run_at);
CREATE INDEX meeting_by_server ON meeting (server_id);
CREATE INDEX meeting_by_circle ON meeting (circle_id);
