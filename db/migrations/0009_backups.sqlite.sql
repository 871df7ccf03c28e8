-- When the next backup is due, when the last good one was made, and where the log says what went wrong since.
ALTER TABLE installation ADD COLUMN backup_due_at INTEGER;
ALTER TABLE installation ADD COLUMN backup_made_at INTEGER;
ALTER TABLE installation ADD COLUMN backup_trouble TEXT;
