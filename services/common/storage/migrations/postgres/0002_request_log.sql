-- Answers by request_id; an empty response is one that is still being made in the same transaction.
CREATE TABLE request_log (
  principal TEXT COLLATE "C" NOT NULL,
  method TEXT COLLATE "C" NOT NULL,
  request_id TEXT COLLATE "C" NOT NULL,
  digest BYTEA NOT NULL,
  response BYTEA,
  time BIGINT NOT NULL,
  PRIMARY KEY (principal, method, request_id)
);
CREATE INDEX request_log_time ON request_log (time);
