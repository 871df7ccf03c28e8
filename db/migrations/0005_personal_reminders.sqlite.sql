-- When a reminder is due has to be found without opening it; all else is sealed, the member's id included.
CREATE TABLE personal_reminder (
    owner BLOB NOT NULL,
    slot INTEGER NOT NULL CHECK (slot BETWEEN 1 AND 40),
    next_run_at INTEGER,
    sealed BLOB NOT NULL,
    PRIMARY KEY (owner, slot)
) STRICT, WITHOUT ROWID;

CREATE INDEX personal_reminder_due ON personal_reminder (next_run_at);
