// Länder and areas as a version knows them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schutznetz/directory/v1/area.pb.h"
#include "services/directory/view/view_version.h"

namespace schutznetz::directory {

// A Land with its counts of what everybody sees. `land` is 1 to 16.
v1::Land ReadLand(const ViewVersion& version, LandNumber land);

struct AreaListRequest {
  std::string_view parent;  // area key, empty: everywhere
  v1::Area::Kind kind = v1::Area::KIND_UNSPECIFIED;
  int page_size = 50;
  std::string_view after;  // key
};

struct AreaPage {
  std::vector<const v1::Area*> areas;  // live as long as the version
  std::string last;                    // key of the last one; empty when there are no more
};

// Areas in the order of their keys; those inside the parent at any depth. An unknown parent has none.
AreaPage ReadAreas(const ViewVersion& version, const AreaListRequest& request);

}  // namespace schutznetz::directory
