-- What is taken of the places of an event. The row is the lock of all its registrations.
CREATE TABLE seats (
  event TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  counts TEXT COLLATE "C" NOT NULL,
  waiting BIGINT NOT NULL,
  next_number BIGINT NOT NULL,
  next_deadline_us BIGINT NOT NULL,
  backlog BIGINT NOT NULL,
  end_us BIGINT NOT NULL,
  erase_us BIGINT NOT NULL
);

CREATE INDEX seats_deadline ON seats (next_deadline_us) WHERE next_deadline_us > 0;
CREATE INDEX seats_backlog ON seats (event) WHERE backlog = 1;
CREATE INDEX seats_end ON seats (end_us) WHERE end_us > 0 AND erase_us = 0;

-- Registrations; state and active as in v1.Registration. What is personal is in sealed_part.
CREATE TABLE registration (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  event TEXT COLLATE "C" NOT NULL REFERENCES seats (event),
  number BIGINT NOT NULL,
  state BIGINT NOT NULL,
  active BIGINT NOT NULL,
  person TEXT COLLATE "C" NOT NULL,
  mail TEXT COLLATE "C" NOT NULL,
  link BIGINT NOT NULL,
  link_mail_us BIGINT NOT NULL,
  code TEXT COLLATE "C" NOT NULL,
  deadline_us BIGINT NOT NULL,
  pools TEXT COLLATE "C" NOT NULL,
  body BYTEA NOT NULL,
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL
);

-- One active registration of a person in an event.
CREATE UNIQUE INDEX registration_person ON registration (event, person) WHERE active = 1;
CREATE UNIQUE INDEX registration_number ON registration (event, number);
CREATE UNIQUE INDEX registration_code ON registration (event, code);
CREATE INDEX registration_waiting ON registration (event, number) WHERE state = 3;
CREATE INDEX registration_deadline ON registration (event, deadline_us) WHERE deadline_us > 0;
CREATE INDEX registration_of_person ON registration (person);
CREATE INDEX registration_of_mail ON registration (mail);

-- What is left of the people of an event after 90 days: numbers, and that nothing else is left.
CREATE TABLE deletion_proof (
  event TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  proof BYTEA NOT NULL
);
