-- When a reminder is due has to be found without opening it; all else is sealed, the member's id included.
CREATE TABLE personal_reminder (
    owner BYTEA NOT NULL,
    slot INTEGER NOT NULL CHECK (slot BETWEEN 1 AND 40),
    next_run_at BIGINT,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (owner, slot)
);

CREATE INDEX personal_reminder_due ON personal_reminder (next_run_at);
