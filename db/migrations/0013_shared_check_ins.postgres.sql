-- Circles that check in together: a group holds once every circle in it has agreed.
CREATE TABLE circle_group (
    group_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    server_id BIGINT NOT NULL REFERENCES server (server_id)
);

CREATE TABLE group_circle (
    group_id BIGINT NOT NULL REFERENCES circle_group (group_id) ON DELETE CASCADE,
    circle_id BIGINT NOT NULL REFERENCES circle (circle_id) ON DELETE CASCADE,
    agreed BIGINT NOT NULL CHECK (agreed IN (0, 1)),
    PRIMARY KEY (group_id, circle_id)
);

CREATE INDEX group_by_circle ON group_circle (circle_id);

-- A shared window has no circle of its own but several in window_circle, and was opened for so many (else 0).
ALTER TABLE checkin_window ADD COLUMN shared_by INTEGER NOT NULL DEFAULT 0 CHECK (shared_by <> 1);

CREATE TABLE window_circle (
    window_id BIGINT NOT NULL REFERENCES checkin_window (window_id) ON DELETE CASCADE,
    circle_id BIGINT NOT NULL REFERENCES circle (circle_id) ON DELETE CASCADE,
    PRIMARY KEY (window_id, circle_id)
);

CREATE INDEX window_by_circle ON window_circle (circle_id);

DROP INDEX one_open_window;
CREATE UNIQUE INDEX one_open_window ON checkin_window (server_id, coalesce(circle_id, 0))
    WHERE state = 'open' AND shared_by = 0;
