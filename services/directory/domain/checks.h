// Checks that several kinds of the directory share, beside those of common/record/checks.h. Each brings its part of a
// resource to the form in which it is stored and appends what is wrong with it. `path` is the field's JSON-style path,
// for example "phones".
#pragma once

#include <string_view>

#include "google/protobuf/repeated_ptr_field.h"
#include "schutznetz/common/v1/contact.pb.h"
#include "services/common/record/checks.h"
#include "services/common/wire/visibility.h"

namespace schutznetz::directory {

using record::At;
using record::CheckLand;
using record::CheckText;
using record::CheckUnique;
using record::CheckValidity;
using record::Texts;
using record::Violations;

using Phones = google::protobuf::RepeatedPtrField<common::v1::Phone>;
using Schedules = google::protobuf::RepeatedPtrField<common::v1::Schedule>;
using Contacts = google::protobuf::RepeatedPtrField<common::v1::Contact>;

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

// A key of a German area, its Land among the sixteen, or a police district; "00" where `nation` says so.
void CheckAreaKey(std::string_view path, std::string_view key, bool nation, Violations* violations);

}  // namespace schutznetz::directory
