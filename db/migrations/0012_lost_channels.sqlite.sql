-- Circles whose channel is gone: they rest until it is mended, and their facilitators have been told.
CREATE TABLE lost_channel (
    circle_id INTEGER NOT NULL PRIMARY KEY REFERENCES circle (circle_id) ON DELETE CASCADE
) STRICT;
