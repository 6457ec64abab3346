// Reads what the view must know of a record: from its stored body where it belongs, and from what everybody sees of it
// how it is called and where it is.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/directory/view/entry.h"
#include "services/directory/view/hours_table.h"

namespace schutznetz::directory {

// What a body says about its place in the directory. Names, since the records they name may not be there yet.
struct Belonging {
  std::vector<std::string> parents;     // organization; or service and location
  std::vector<std::string> references;  // networks, coordinator, participants
  uint32_t lands = 0;
  bool authority = false;
  std::string kreis_key;
};

// DATA_LOSS: the body is not a message of this kind.
absl::StatusOr<Belonging> ReadBelonging(Kind kind, std::string_view body);

// What a presented record says about how it is called and where it is.
struct ShownFacts {
  std::shared_ptr<const CallFacts> calls;
  std::shared_ptr<const PlaceFacts> place;
};

// `bytes` may be a stored body as well, for those who may see everything. DATA_LOSS as above.
absl::StatusOr<ShownFacts> ReadShown(Kind kind, std::string_view bytes, HoursTable& hours);

// The body without the references that `hidden` tells to leave out: who may not know a record may not read its name in
// another one. Empty when nothing had to go.
absl::StatusOr<std::string> WithoutReferences(Kind kind, std::string_view body,
                                              const std::vector<std::string_view>& hidden);

// The Land of "lands/DE-NW" or of an area key; 0 for everything else.
LandNumber LandOfName(std::string_view name);
LandNumber LandOfKey(std::string_view area_key);

}  // namespace schutznetz::directory
