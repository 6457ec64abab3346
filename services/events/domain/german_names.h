// What codes are called in German documents.
#pragma once

#include <string>
#include <string_view>

#include "schutznetz/common/v1/profession.pb.h"
#include "schutznetz/events/v1/event.pb.h"
#include "schutznetz/events/v1/measure.pb.h"

namespace schutznetz::events {

// Unknown codes: "sonstige".
const char* GermanName(v1::Event::Type type);
const char* GermanName(v1::Event::Attendance attendance);
const char* GermanName(v1::Measure::Pillar pillar);
const char* GermanName(v1::Measure::Status status);
const char* GermanName(common::v1::Profession::Code profession);
// "Nordrhein-Westfalen" of "lands/DE-NW"; other names as they are, empty: "bundesweit".
std::string GermanLand(std::string_view land);

}  // namespace schutznetz::events
