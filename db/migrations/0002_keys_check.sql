-- The database belongs to the secret from which members' locators follow, and no longer to the master key,
-- which only wraps that secret and may be replaced.
ALTER TABLE installation RENAME COLUMN master_key_check TO keys_check;
