// A small invented directory: authorities, counselling centres and help lines in several Länder, one service at a
// withheld address. Tests only. Numbers come from the ranges kept for media; nothing here exists.
#pragma once

#include <string>

#include "services/directory/api/reading_fixture.h"

namespace schutznetz::directory {

// Creates everything. Ids are "<town>-<what>"; each service has the id that stands in the table of the source.
void MakeInventedDirectory(Reading& reading);

// The location of the withheld address, and the service there.
inline constexpr char kWithheldLocation[] = "locations/wohnung-dresden";
inline constexpr char kWithheldService[] = "services/dresden-schutzwohnung";

}  // namespace schutznetz::directory
