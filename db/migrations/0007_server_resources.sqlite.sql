-- What a server's moderators changed about the lines that the program ships. A row without a name
-- hides the entry that it replaces. Nothing here is about a person, and nothing says who changed it.

CREATE TABLE server_resource (
    resource_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    server_id INTEGER NOT NULL REFERENCES server (server_id),
    replaces TEXT,
    kind TEXT,
    name TEXT,
    number TEXT,
    url TEXT,
    hours TEXT,
    for_whom TEXT,
    checked_on TEXT,
    UNIQUE (server_id, replaces),
    CHECK (replaces IS NOT NULL OR name IS NOT NULL),
    CHECK (name IS NULL OR (kind IS NOT NULL AND hours IS NOT NULL AND for_whom IS NOT NULL AND checked_on IS NOT NULL))
) STRICT;
