// One function per value of FieldRule.Format. Each is total, allocates nothing and is linear in its input.
#pragma once

#include <string_view>

#include "schutznetz/common/v1/field_options.pb.h"

namespace schutznetz::rpc {

bool IsPhoneNumber(std::string_view text);  // E.164 with leading +, or 3 to 6 digits
bool IsEmail(std::string_view text);        // RFC 5321 mailbox, ASCII, at most 254 bytes
bool IsHttpsUrl(std::string_view text);     // https with a host, no user part, at most 2,000 bytes
bool IsPostcode(std::string_view text);     // five digits, not 00000
bool IsAreaKey(std::string_view text);      // 2, 3, 5 or 8 digits, "11000000-08" or "pd-nw-muenster"
bool IsLanguageTag(std::string_view text);  // well-formed BCP 47, at most 35 bytes
bool IsDate(std::string_view text);         // YYYY-MM-DD, a day that exists, 1900 to 2199
bool IsTimeOfDay(std::string_view text);    // HH:MM, 00:00 to 24:00
bool IsRequestId(std::string_view text);    // 1 to 64 printable ASCII characters without spaces
bool IsLandCode(std::string_view text);     // one of the sixteen: "DE-NW"

// Empty when `text` has `format`; else a sentence saying what it must be. `reference` is used by RESOURCE_NAME.
std::string_view FormatFault(common::v1::FieldRule::Format format, std::string_view reference, std::string_view text);

}  // namespace schutznetz::rpc
