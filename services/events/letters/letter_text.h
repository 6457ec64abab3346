// What letters say: German, and English for people who asked for it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "schutznetz/events/v1/event.pb.h"
#include "schutznetz/events/v1/registration.pb.h"

namespace schutznetz::events {

// Why a letter is written.
enum class LetterKind {
  kConfirmAddress,
  kConfirmed,
  kWaitlisted,
  kOffered,
  kCancelled,  // the registration ended
  kNewLink,
  kEventChanged,
  kEventCancelled,
  kReminder,
  kCertificate,
};

// Its word in figures, logs and keys: "confirmed".
std::string_view WordOf(LetterKind kind);

// What a letter is about; all must outlive the call.
struct LetterFacts {
  const v1::Event& event;
  const v1::Registration& registration;
  std::string link;  // where the person acts on the registration, or finds the certificate; may be empty
};

struct LetterText {
  std::string subject;
  std::string text;
};

LetterText TextOfLetter(LetterKind kind, const LetterFacts& facts);

// "de" or "en".
std::string_view LetterLanguage(const v1::Registration& registration);

// "Mittwoch, 10. März 2027, 09:00–16:30 Uhr", or "Wednesday, 10 March 2027, 09:00–16:30"; with the zone's name where it
// is not Europe/Berlin, and with both days where there are two.
std::string SpanInWords(const v1::Session& session, std::string_view language);

}  // namespace schutznetz::events
