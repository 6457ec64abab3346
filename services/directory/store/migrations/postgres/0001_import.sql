-- Imports of areas and postcodes: the state of each, the pieces of its file, and the lines that were refused.
CREATE TABLE import (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  body BYTEA NOT NULL,
  state BIGINT NOT NULL,
  complete BIGINT NOT NULL,
  pending BYTEA NOT NULL,
  applied_to TEXT COLLATE "C" NOT NULL,
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL
);

CREATE INDEX import_by_age ON import (create_us, id);

CREATE INDEX import_by_state ON import (state, update_us);

CREATE TABLE import_piece (
  import_id TEXT COLLATE "C" NOT NULL,
  start_offset BIGINT NOT NULL,
  data BYTEA NOT NULL,
  PRIMARY KEY (import_id, start_offset)
);

CREATE TABLE import_refusal (
  import_id TEXT COLLATE "C" NOT NULL,
  line BIGINT NOT NULL,
  field TEXT COLLATE "C" NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (import_id, line)
);
