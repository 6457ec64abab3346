-- One row: which log this is, and up to where it was forgotten.
CREATE TABLE change_log (
  id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
  epoch BIGINT NOT NULL,
  floor BIGINT NOT NULL
);

CREATE TABLE changes (
  number INTEGER NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  operation BIGINT NOT NULL,
  tags TEXT NOT NULL,
  time BIGINT NOT NULL,
  trace_id TEXT NOT NULL
);
