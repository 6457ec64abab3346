// From a stored record to the bytes a caller may see: body projected, then withheld, times and etag appended.
//
// The one place where this is done, for answers of writes and for the views. Pure and thread safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/common/record/record.h"
#include "services/common/wire/project.h"
#include "services/common/wire/table.h"
#include "services/common/wire/visibility.h"

namespace schutznetz::record {

// A record as a caller sees it.
struct Presented {
  bool visible = false;  // false: the answer is that of a missing record, and everything else is empty
  std::string bytes;     // the resource, fields in number order
  std::string etag;      // over everything below create_time, and whether it is deleted: what the caller does not see
                         // changes nothing here
  std::vector<std::string> disclosed;  // top-level fields that tell more than everybody sees, by their proto names
};

// `floors` come from the record's parents (FloorsOf); `table` is that of the resource's message. `confirmed`: the
// floors that hold without doubt, where `floors` are stricter because the record may have been protected meanwhile;
// what is withheld for that alone says so. DATA_LOSS: the body is not a message of this shape.
absl::StatusOr<Presented> Present(const Record& record, const wire::MessageTable& table, wire::LevelSet levels,
                                  wire::Floors floors, const wire::Floors* confirmed = nullptr);

// What everybody sees of the record, without its times: equal before and after a change that nobody but those with
// rights can notice. Empty for a hidden or deleted record.
absl::StatusOr<std::string> PublicFacts(const Record& record, const wire::MessageTable& table, wire::Floors floors);

// The stricter of both, for a record with several parents.
wire::Floors Stricter(const wire::Floors& a, const wire::Floors& b);

// Field numbers that every resource has, and that only Present writes.
inline constexpr int kWithheldField = 95;
inline constexpr int kCreateTimeField = 100;
inline constexpr int kUpdateTimeField = 101;
inline constexpr int kDeleteTimeField = 102;
inline constexpr int kEtagField = 103;

}  // namespace schutznetz::record
