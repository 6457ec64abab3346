// A mail as the code that has a reason for it describes it.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"

namespace schutznetz::mail {

// A calendar object inside a mail (RFC 6047): one entry with all that belongs to it.
struct CalendarPart {
  std::string method;  // of its METHOD property: REQUEST or CANCEL
  std::string text;    // the whole VCALENDAR, lines ending in CRLF
};

struct Attachment {
  std::string filename;    // without a path, at most 200 bytes
  std::string media_type;  // "application/pdf"
  std::string bytes;
};

// Everything a person reads is personal data: it lives in this struct and sealed in the outbox, and nowhere else.
struct Mail {
  std::string to;       // rpc::IsEmail
  std::string to_name;  // may be empty; one line, at most 200 bytes
  std::string subject;  // one line, 1 to 500 bytes
  std::string text;     // plain text, at most 64 KiB
  std::string language = "de";
  // The first is shown by mail programs as an invitation; all are attached, as invite.ics, invite-2.ics, …
  std::vector<CalendarPart> calendars;
  std::vector<Attachment> attachments;  // at most 1 MiB together
  std::string unsubscribe_url;          // https, where a person can say that they want no more of these; may be empty

  std::string kind;   // for figures and the log, one of a closed set: "confirmation"
  std::string owner;  // the resource it is about, by a random name; erased together with it
  std::string key;    // a second mail with the same key is not taken; empty: always taken
  absl::Time expire_time = absl::InfiniteFuture();  // of no use afterwards: it is dropped unsent
};

}  // namespace schutznetz::mail
