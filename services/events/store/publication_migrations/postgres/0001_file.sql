-- Files of publications: what is known of each, and its parts.
CREATE TABLE publication_file (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  body BYTEA NOT NULL,
  ready BIGINT NOT NULL,
  update_us BIGINT NOT NULL
);

CREATE INDEX publication_file_unfinished ON publication_file (ready, update_us);

CREATE TABLE publication_file_part (
  file_id TEXT COLLATE "C" NOT NULL,
  start_offset BIGINT NOT NULL,
  data BYTEA NOT NULL,
  PRIMARY KEY (file_id, start_offset)
);
