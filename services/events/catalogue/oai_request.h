// A request of OAI-PMH 2.0, taken apart and checked against the rules of its verb. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/time/time.h"

namespace schutznetz::events {

// One of the codes of section 3.6 of the protocol, with a sentence for people.
struct OaiError {
  std::string_view code;  // "badArgument"
  std::string message;
};

inline constexpr std::string_view kOaiDc = "oai_dc";

struct OaiRequest {
  enum class Verb { kIdentify, kListMetadataFormats, kListSets, kListIdentifiers, kListRecords, kGetRecord };

  Verb verb = Verb::kIdentify;
  std::string identifier;
  std::string metadata_prefix;
  std::string set;
  std::string resumption_token;
  std::optional<absl::Time> from;
  std::optional<absl::Time> until;  // the last second that counts
  // As they came, for the element <request>.
  std::vector<std::pair<std::string, std::string>> arguments;
};

// `form` is the query or the form of the request. A verb that is missing, repeated or unknown is badVerb; arguments
// that are unknown, repeated, missing or malformed are badArgument. Whether what they name exists is not looked at.
std::variant<OaiRequest, OaiError> ReadOaiRequest(std::string_view form);

// "2024-05-31T12:00:00Z", the granularity of this repository.
std::string OaiTime(absl::Time time);

}  // namespace schutznetz::events
