-- Optional features that a server has switched on. What has no row is off.
CREATE TABLE server_feature (
    server_id INTEGER NOT NULL REFERENCES server (server_id),
    name TEXT NOT NULL,
    PRIMARY KEY (server_id, name)
) STRICT, WITHOUT ROWID;
