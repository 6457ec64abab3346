// Checks that the rules of many kinds share. Each appends what is wrong; `path` is the field's JSON-style path, for
// example "languages".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/repeated_field.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "schutznetz/common/v1/localized_text.pb.h"
#include "services/common/errors/errors.h"

namespace schutznetz::record {

using Violations = std::vector<errors::FieldViolation>;
using Texts = google::protobuf::RepeatedPtrField<std::string>;

// Each language once.
void CheckText(std::string_view path, const common::v1::LocalizedText& text, Violations* violations);
// Each value once, none empty; upper and lower case count as one where `fold` says so.
void CheckUnique(std::string_view path, const Texts& values, bool fold, Violations* violations);
// Each value of an enum once, and none unspecified.
void CheckUnique(std::string_view path, const google::protobuf::RepeatedField<int>& values, Violations* violations);
// One of the sixteen, as "lands/DE-NW"; empty passes.
void CheckLand(std::string_view path, std::string_view land, Violations* violations);
// First and last day, either may be empty.
void CheckValidity(std::string_view path, std::string_view from, std::string_view to, Violations* violations);

// "phones[2]".
std::string At(std::string_view path, int index);

}  // namespace schutznetz::record
