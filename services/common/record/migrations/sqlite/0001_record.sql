-- Records of every kind: what SQL must compare has a column, the rest is in the body.
CREATE TABLE record (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  body BLOB NOT NULL,
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL,
  public_update_us BIGINT NOT NULL,
  delete_us BIGINT NOT NULL,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;

-- Which record refers to which, and by which field.
CREATE TABLE record_reference (
  from_kind TEXT NOT NULL,
  from_id TEXT NOT NULL,
  field TEXT NOT NULL,
  to_kind TEXT NOT NULL,
  to_id TEXT NOT NULL,
  PRIMARY KEY (from_kind, from_id, field, to_kind, to_id)
) WITHOUT ROWID;

CREATE INDEX record_reference_to ON record_reference (to_kind, to_id, from_kind, field, from_id);

-- Values that at most one live record of a kind may have.
CREATE TABLE record_unique (
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (kind, value)
) WITHOUT ROWID;

CREATE INDEX record_unique_owner ON record_unique (kind, id);
