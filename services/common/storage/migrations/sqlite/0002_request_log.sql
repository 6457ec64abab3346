-- Answers by request_id; an empty response is one that is still being made in the same transaction.
CREATE TABLE request_log (
  principal TEXT NOT NULL,
  method TEXT NOT NULL,
  request_id TEXT NOT NULL,
  digest BLOB NOT NULL,
  response BLOB,
  time BIGINT NOT NULL,
  PRIMARY KEY (principal, method, request_id)
) WITHOUT ROWID;
CREATE INDEX request_log_time ON request_log (time);
