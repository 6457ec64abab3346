-- Letters to everybody at an event that are still to be written: those to registrations after after_number.
CREATE TABLE mailing (
  event TEXT NOT NULL,
  kind TEXT NOT NULL,
  number BIGINT NOT NULL,
  after_number BIGINT NOT NULL,
  removed BLOB NOT NULL,
  create_us BIGINT NOT NULL,
  PRIMARY KEY (event, kind, number)
) WITHOUT ROWID;

-- Mailings that were begun, so that none is begun twice.
CREATE TABLE mailing_done (
  event TEXT NOT NULL,
  kind TEXT NOT NULL,
  number BIGINT NOT NULL,
  end_us BIGINT NOT NULL,
  PRIMARY KEY (event, kind, number)
) WITHOUT ROWID;
