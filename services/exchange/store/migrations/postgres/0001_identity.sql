-- Keys under which personal parts are stored, wrapped by the key of the installation.
CREATE TABLE data_key (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  wrapped TEXT COLLATE "C" NOT NULL,
  create_us BIGINT NOT NULL
);

-- The personal part of a record, sealed under such a key.
CREATE TABLE sealed_part (
  kind TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  key_id TEXT COLLATE "C" NOT NULL REFERENCES data_key (id),
  sealed TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (kind, id)
);

CREATE INDEX sealed_part_key ON sealed_part (key_id);

-- By what a caller is recognised: keyed digests of token subjects and of secrets.
CREATE TABLE credential (
  kind TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  digest TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (kind, id)
);

CREATE UNIQUE INDEX credential_digest ON credential (kind, digest);

-- One row: the rights version, and when the first operators were made (0: not yet).
CREATE TABLE rights (
  only_row BIGINT NOT NULL PRIMARY KEY CHECK (only_row = 1),
  version BIGINT NOT NULL,
  bootstrap_us BIGINT NOT NULL
);

INSERT INTO rights (only_row, version, bootstrap_us) VALUES (1, 1, 0);

-- What was erased: random ids only.
CREATE TABLE erasure (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  person TEXT COLLATE "C" NOT NULL,
  erase_us BIGINT NOT NULL
);
