-- What a server keeps for fewer days than the default; and when the next round of removing is due.
CREATE TABLE server_retention (
    server_id BIGINT NOT NULL REFERENCES server (server_id),
    what TEXT NOT NULL,
    days INTEGER NOT NULL CHECK (days > 0),
    PRIMARY KEY (server_id, what)
);

ALTER TABLE installation ADD COLUMN retention_due_at BIGINT;
