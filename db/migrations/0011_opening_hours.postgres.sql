-- When circles are open, and whether their channels follow. No row: nobody has chosen; no spans: always open.
CREATE TABLE opening_hours (
    circle_id BIGINT NOT NULL PRIMARY KEY REFERENCES circle (circle_id) ON DELETE CASCADE,
    spans TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    open BIGINT NOT NULL CHECK (open IN (0, 1)),
    follows TEXT NOT NULL CHECK (follows IN ('not-yet', 'again', 'done', 'refused')),
    threads_before BIGINT CHECK (threads_before IN (0, 1)),
    next_run_at BIGINT
);

CREATE INDEX opening_hours_due ON opening_hours (next_run_at);
