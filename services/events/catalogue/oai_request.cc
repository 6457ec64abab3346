#include "services/events/catalogue/oai_request.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "services/common/wire/form.h"

namespace schutznetz::events {
namespace {

using Verb = OaiRequest::Verb;

constexpr std::string_view kBadVerb = "badVerb";
constexpr std::string_view kBadArgument = "badArgument";
constexpr size_t kSetBytesMax = 100;

// What a verb takes (section 4 of the protocol).
struct VerbRule {
  std::string_view name;
  Verb verb;
  std::vector<std::string_view> required;
  std::vector<std::string_view> optional;
  bool resumable;  // resumptionToken is an exclusive argument
};

const std::array<VerbRule, 6>& VerbRules() {
  static const auto* rules = new std::array<VerbRule, 6>{{
      {"Identify", Verb::kIdentify, {}, {}, false},
      {"ListMetadataFormats", Verb::kListMetadataFormats, {}, {"identifier"}, false},
      {"ListSets", Verb::kListSets, {}, {}, true},
      {"ListIdentifiers", Verb::kListIdentifiers, {"metadataPrefix"}, {"from", "until", "set"}, true},
      {"ListRecords", Verb::kListRecords, {"metadataPrefix"}, {"from", "until", "set"}, true},
      {"GetRecord", Verb::kGetRecord, {"identifier", "metadataPrefix"}, {}, false},
  }};
  return *rules;
}

bool Holds(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

OaiError BadArgument(std::string message) { return {kBadArgument, std::move(message)}; }

// What is wrong with which arguments are there; nothing when all is well.
std::optional<OaiError> CheckArguments(const VerbRule& rule, const wire::Form& form) {
  const bool resumed = rule.resumable && form.Find("resumptionToken") != nullptr;
  for (const auto& [name, value] : form.parameters()) {
    if (name == "verb") continue;
    if (value.empty()) return BadArgument("An argument without a value.");
    if (resumed && name != "resumptionToken") return BadArgument("resumptionToken is an exclusive argument.");
    if (resumed || Holds(rule.required, name) || Holds(rule.optional, name)) continue;
    return BadArgument(
        absl::StrCat("An argument that ", absl::string_view(rule.name.data(), rule.name.size()), " does not take."));
  }
  for (const std::string_view name : rule.required) {
    if (resumed || form.Find(name) != nullptr) continue;
    return BadArgument(absl::StrCat("The argument ", absl::string_view(name.data(), name.size()), " is missing."));
  }
  return std::nullopt;
}

// A day or a second in UTC; `whole_day` says which. Nothing for anything else.
std::optional<absl::Time> ReadTime(std::string_view text, bool* whole_day) {
  const absl::string_view view(text.data(), text.size());
  absl::Time time;
  *whole_day = text.size() == 10;
  const bool read = *whole_day          ? absl::ParseTime("%Y-%m-%d", view, &time, nullptr)
                    : text.size() == 20 ? absl::ParseTime("%Y-%m-%dT%H:%M:%SZ", view, &time, nullptr)
                                        : false;
  // A second parse would take " 2024" or a leap second: what was read must print as it came.
  const char* format = *whole_day ? "%Y-%m-%d" : "%Y-%m-%dT%H:%M:%SZ";
  if (!read || absl::FormatTime(format, time, absl::UTCTimeZone()) != view) return std::nullopt;
  return time;
}

std::optional<OaiError> ReadRange(const wire::Form& form, OaiRequest* request) {
  bool from_day = false, until_day = false;
  const std::string* from = form.Find("from");
  const std::string* until = form.Find("until");
  if (from != nullptr && !(request->from = ReadTime(*from, &from_day))) {
    return BadArgument("from must look like 2024-05-31 or 2024-05-31T12:00:00Z.");
  }
  if (until != nullptr && !(request->until = ReadTime(*until, &until_day))) {
    return BadArgument("until must look like 2024-05-31 or 2024-05-31T12:00:00Z.");
  }
  if (from != nullptr && until != nullptr && from_day != until_day) {
    return BadArgument("from and until must have the same granularity.");
  }
  if (until_day) *request->until += absl::Hours(24) - absl::Seconds(1);
  if (request->from && request->until && *request->from > *request->until) {
    return BadArgument("from must not be after until.");
  }
  return std::nullopt;
}

// Section 2.6: parts of unreserved characters, joined by colons.
bool IsSetSpec(std::string_view text) {
  bool part_begins = true;
  for (const char c : text) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                            std::string_view("-_.!~*'()").find(c) != std::string_view::npos;
    if (!unreserved && (c != ':' || part_begins)) return false;
    part_begins = c == ':';
  }
  return !part_begins && text.size() <= kSetBytesMax;
}

std::string ValueIn(const wire::Form& form, std::string_view name) {
  const std::string* value = form.Find(name);
  return value == nullptr ? std::string() : *value;
}

// Whether the form could not be read because of its verb: it is there twice.
bool HasVerbTwice(std::string_view form) {
  const size_t first = form.find("verb=");
  return first != std::string_view::npos && form.find("&verb=", first + 1) != std::string_view::npos;
}

}  // namespace

std::variant<OaiRequest, OaiError> ReadOaiRequest(std::string_view text) {
  const absl::StatusOr<wire::Form> form = wire::Form::Parse(text);
  if (!form.ok() && HasVerbTwice(text)) return OaiError{kBadVerb, "The argument verb is there twice."};
  if (!form.ok()) return BadArgument(std::string(form.status().message()));
  const std::string verb = ValueIn(*form, "verb");
  const auto rule = std::find_if(VerbRules().begin(), VerbRules().end(),
                                 [&](const VerbRule& candidate) { return candidate.name == verb; });
  if (rule == VerbRules().end()) {
    return OaiError{kBadVerb, verb.empty() ? "The argument verb is missing." : "The protocol has no such verb."};
  }
  if (auto error = CheckArguments(*rule, *form)) return *std::move(error);
  OaiRequest request;
  request.verb = rule->verb;
  if (auto error = ReadRange(*form, &request)) return *std::move(error);
  request.identifier = ValueIn(*form, "identifier");
  request.metadata_prefix = ValueIn(*form, "metadataPrefix");
  request.set = ValueIn(*form, "set");
  request.resumption_token = ValueIn(*form, "resumptionToken");
  if (!request.set.empty() && !IsSetSpec(request.set)) return BadArgument("set is not a setSpec.");
  for (const auto& [name, value] : form->parameters()) request.arguments.emplace_back(name, value);
  return request;
}

std::string OaiTime(absl::Time time) { return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone()); }

}  // namespace schutznetz::events
