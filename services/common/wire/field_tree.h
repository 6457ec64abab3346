// A set of field paths, compiled against a message: read masks (`$fields`) and the check of update masks.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/wire/table.h"

namespace schutznetz::wire {

// Immutable once filled; not thread safe while paths are added.
class FieldTree {
 public:
  // Adds a path such as "services.displayName" or "services.display_name"; paths lead through repeated messages, and
  // end at maps and well-known types. "*" selects everything. INVALID_ARGUMENT: no such field; the message names the
  // path.
  absl::Status Add(const MessageTable& table, std::string_view path);
  // Whether everything is selected (also when nothing was added).
  bool all() const { return children_.empty(); }

  // The subtree of a selected field, or null when the field is not selected.
  const FieldTree* Find(const Field& field) const;

 private:
  struct Child {
    uint32_t number;
    std::unique_ptr<FieldTree> tree;
  };
  FieldTree& ChildFor(uint32_t number);

  std::vector<Child> children_;
  bool closed_ = false;  // the whole message was selected: further paths change nothing
};

// Whether `path` (JSON or original names, "a.b") is a path an update mask for `table` may hold: through singular
// messages, ending anywhere, never inside repeated fields, maps or well-known types. "*" is one.
bool IsMaskPath(const MessageTable& table, std::string_view path);

// Appends the selected fields of `wire` to `*out`. DATA_LOSS as Project.
absl::Status Select(const MessageTable& table, std::string_view wire, const FieldTree& tree, std::string* out);

}  // namespace schutznetz::wire
