-- Files of publications: what is known of each, and its parts.
CREATE TABLE publication_file (
  id TEXT NOT NULL PRIMARY KEY,
  body BLOB NOT NULL,
  ready BIGINT NOT NULL,
  update_us BIGINT NOT NULL
) WITHOUT ROWID;

CREATE INDEX publication_file_unfinished ON publication_file (ready, update_us);

CREATE TABLE publication_file_part (
  file_id TEXT NOT NULL,
  start_offset BIGINT NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (file_id, start_offset)
);
