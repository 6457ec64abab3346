-- One row: which log this is, up to where it was dropped, and where it ends. Appending locks it.
CREATE TABLE audit_log (
  id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
  log TEXT NOT NULL,
  floor BIGINT NOT NULL,
  count BIGINT NOT NULL,
  head TEXT NOT NULL
);

-- The lines as they were written. Nothing updates them.
CREATE TABLE audit_entries (
  sequence INTEGER NOT NULL PRIMARY KEY,
  line TEXT NOT NULL
);

CREATE TABLE audit_checkpoints (
  count INTEGER NOT NULL PRIMARY KEY,
  time BIGINT NOT NULL,
  text TEXT NOT NULL
);
