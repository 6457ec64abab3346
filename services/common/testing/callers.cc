#include "services/common/testing/callers.h"

namespace schutznetz::testing {

const std::vector<std::string>& AllLands() {
  static const std::vector<std::string> kLands = [] {
    std::vector<std::string> lands;
    for (const char* code :
         {"BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"}) {
      lands.push_back(std::string("lands/DE-") + code);
    }
    return lands;
  }();
  return kLands;
}

access::Caller Staff() {
  using access::Role;
  return access::Caller::Granted("members/staff", {.roles = {Role::kEditor, Role::kOperator}, .lands = AllLands()},
                                 {.id = "staff", .rights_version = 1});
}

}  // namespace schutznetz::testing
