-- Personal calendars. The secret in an address is a keyed digest of the id: nothing of it is here.
CREATE TABLE calendar_feed (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  person TEXT COLLATE "C" NOT NULL,
  language TEXT COLLATE "C" NOT NULL,
  create_us BIGINT NOT NULL
);

CREATE INDEX calendar_feed_of_person ON calendar_feed (person);
