CREATE TABLE items (
  id BIGINT NOT NULL PRIMARY KEY,
  name TEXT UNIQUE,
  body BLOB,
  weight DOUBLE PRECISION,
  count BIGINT CHECK (count >= 0),
  parent BIGINT REFERENCES items (id)
);
