// Projection: from the wire bytes of a record to the bytes a caller may see.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/common/wire/table.h"
#include "services/common/wire/visibility.h"

namespace schutznetz::wire {

// A field that was left out although its existence may be told.
struct WithheldField {
  std::string path;  // JSON-style without indexes, for example "phones" or "location.address"
  Visibility level = common::v1::RESTRICTED;
};

struct ProjectResult {
  // Whether the record itself may be seen. If not, nothing was appended, and the answer is that of a missing record.
  bool visible = true;
  // The record's own levels, for projecting further children stored elsewhere.
  Floors floors;
};

// Appends to `*out` the part of `wire` (a `table` message) that a caller with the levels `visible` may see.
//
// The effective level of a field is the strictest of its option, the record's protection (RECORD_PROTECTION, found in
// the message wherever it stands, or inherited), for ADDRESS parts the address protection, and the same of all parents.
// A field outside `visible` is skipped, lengths are fixed; so is a nested message or a whole repeated element whose own
// protection is outside. A field that holds a protection is seen by those who see the level it states, RESTRICTED by
// everybody: NETWORK and PROTECTED would tell that there is something. Unknown fields are dropped. Messages of google.*
// have no options: they are as visible as the field that holds them.
//
// `withheld` (may be null) receives each left-out field whose level is RESTRICTED, once; NETWORK and PROTECTED leave no
// trace. A field is named only where it had a value.
//
// The output is in field-number order even if the input is not. Linear in the input; on failure `*out` is as before.
// DATA_LOSS: `wire` is not a message of this shape, or nested deeper than kMessageDepthMax.
absl::StatusOr<ProjectResult> Project(const MessageTable& table, std::string_view wire, LevelSet visible, Floors floors,
                                      std::string* out, std::vector<WithheldField>* withheld = nullptr);

// The floors that children of this record inherit, without projecting it. DATA_LOSS as above.
absl::StatusOr<Floors> FloorsOf(const MessageTable& table, std::string_view wire, Floors inherited = {});

}  // namespace schutznetz::wire
