-- Mails to be sent. state: 0 waiting, 1 delivered, 2 given up. The content is sealed, and gone once it was delivered.
CREATE TABLE outbox (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  once_key TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  owner TEXT COLLATE "C" NOT NULL,
  sealed TEXT COLLATE "C" NOT NULL,
  state BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  next_us BIGINT NOT NULL,
  create_us BIGINT NOT NULL,
  expire_us BIGINT NOT NULL,
  end_us BIGINT NOT NULL,
  reply_code BIGINT NOT NULL
);

CREATE UNIQUE INDEX outbox_once ON outbox (once_key);
CREATE INDEX outbox_due ON outbox (state, next_us);
CREATE INDEX outbox_owner ON outbox (owner);
