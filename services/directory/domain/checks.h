// Checks that several kinds share. Each brings its part of a resource to the form in which it is stored and appends
// what is wrong with it. `path` is the field's JSON-style path, for example "phones".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/repeated_ptr_field.h"
#include "schutznetz/common/v1/contact.pb.h"
#include "schutznetz/common/v1/localized_text.pb.h"
#include "services/common/errors/errors.h"
#include "services/common/wire/visibility.h"

namespace schutznetz::directory {

using Violations = std::vector<errors::FieldViolation>;
using Texts = google::protobuf::RepeatedPtrField<std::string>;
using Phones = google::protobuf::RepeatedPtrField<common::v1::Phone>;
using Schedules = google::protobuf::RepeatedPtrField<common::v1::Schedule>;
using Contacts = google::protobuf::RepeatedPtrField<common::v1::Contact>;

// Each language once.
void CheckText(std::string_view path, const common::v1::LocalizedText& text, Violations* violations);
// Each value once, none empty; upper and lower case count as one where `fold` says so.
void CheckUnique(std::string_view path, const Texts& values, bool fold, Violations* violations);
// Each value of an enum once, and none unspecified.
void CheckUnique(std::string_view path, const google::protobuf::RepeatedField<int>& values, Violations* violations);
// Times, dates and weekdays fit together.
void CheckSchedules(std::string_view path, const Schedules& schedules, Violations* violations);

// Who sees a list of phones, and what they may not tell.
struct PhoneLevels {
  wire::Visibility list = common::v1::PUBLIC;     // option of the field and protection of the record
  wire::Visibility address = common::v1::PUBLIC;  // who sees where the record is; stricter than `list`: withheld
};
// Numbers become E.164. Whoever may not know where the record is must not read it from an area code.
void CheckPhones(std::string_view path, const PhoneLevels& levels, Phones* phones, Violations* violations);
void CheckContacts(std::string_view path, const PhoneLevels& levels, Contacts* contacts, Violations* violations);

// One of the sixteen, as "lands/DE-NW"; empty passes.
void CheckLand(std::string_view path, std::string_view land, Violations* violations);
// A key of a German area, its Land among the sixteen, or a police district; "00" where `nation` says so.
void CheckAreaKey(std::string_view path, std::string_view key, bool nation, Violations* violations);
// First and last day, either may be empty.
void CheckValidity(std::string_view path, std::string_view from, std::string_view to, Violations* violations);

// "phones[2]".
std::string At(std::string_view path, int index);

}  // namespace schutznetz::directory
