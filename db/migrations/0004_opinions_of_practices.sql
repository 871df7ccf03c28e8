-- How many found a practice useful, and how many found it was not for them: two numbers, nobody's names.
ALTER TABLE practice_shown ADD COLUMN useful INTEGER NOT NULL DEFAULT 0;
ALTER TABLE practice_shown ADD COLUMN unsuitable INTEGER NOT NULL DEFAULT 0;
