-- One page for each member in each of these: sealed under their own data key, padded, without a time.

CREATE TABLE practice_taste (
    owner BYTEA NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL
);

CREATE TABLE self_care_plan (
    owner BYTEA NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL
);

CREATE TABLE workload (
    owner BYTEA NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL
);

CREATE TABLE member_settings (
    owner BYTEA NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL
);
