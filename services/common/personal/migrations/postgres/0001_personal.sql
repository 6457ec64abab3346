-- "IF NOT EXISTS": the exchange server made these tables by a migration of its own before other servers needed them.

-- Keys under which personal parts are stored, wrapped by the key of the installation.
CREATE TABLE IF NOT EXISTS data_key (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  wrapped TEXT COLLATE "C" NOT NULL,
  create_us BIGINT NOT NULL
);

-- The personal part of a record, sealed under such a key.
CREATE TABLE IF NOT EXISTS sealed_part (
  kind TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  key_id TEXT COLLATE "C" NOT NULL REFERENCES data_key (id),
  sealed TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (kind, id)
);

CREATE INDEX IF NOT EXISTS sealed_part_key ON sealed_part (key_id);

-- What was erased: random ids only.
CREATE TABLE IF NOT EXISTS erasure (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  person TEXT COLLATE "C" NOT NULL,
  erase_us BIGINT NOT NULL
);
