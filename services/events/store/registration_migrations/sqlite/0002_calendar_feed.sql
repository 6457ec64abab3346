-- Personal calendars. The secret in an address is a keyed digest of the id: nothing of it is here.
CREATE TABLE calendar_feed (
  id TEXT NOT NULL PRIMARY KEY,
  person TEXT NOT NULL,
  language TEXT NOT NULL,
  create_us BIGINT NOT NULL
) WITHOUT ROWID;

CREATE INDEX calendar_feed_of_person ON calendar_feed (person);
