-- One more page of the same shape: private copies of one's own check-ins. The row is the consent.

CREATE TABLE private_trend (
    owner BLOB NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;
