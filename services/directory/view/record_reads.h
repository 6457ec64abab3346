// Reading records from a version: one by name, and pages of lists. Everything is already what the caller may see.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/access/caller.h"
#include "services/common/audit/entry.h"
#include "services/directory/view/directory_view.h"

namespace schutznetz::directory {

// A record as the caller sees it.
struct SeenRecord {
  std::string_view bytes;
  std::shared_ptr<const void> owner;   // keeps `bytes` alive
  std::vector<std::string> disclosed;  // record::Presented
};

// NOT_FOUND for what does not exist, is of another kind, deleted or hidden from the caller: the answers are the same.
// UNAVAILABLE while the view may be out of date and the caller has rights: what they see beyond the public may be
// wrong.
absl::StatusOr<SeenRecord> ReadRecord(const ViewReading& reading, const KindTables& tables, Kind kind,
                                      std::string_view name, const access::Caller& caller);

// What everybody sees of an entry now: while the view may be out of date without where it is, unless it is an
// authority's. Empty when nothing.
absl::StatusOr<SeenRecord> ShownNow(const ViewReading& reading, const KindTables& tables, const Entry& entry);

// The same where it is what the version holds: the bytes live as long as the version, and nobody has to count who holds
// them. Null: ask ShownNow.
const std::string* ShownAsHeld(const ViewReading& reading, const Entry& entry);

// Adds what was shown of `entry` beyond PUBLIC, if anything was.
void AppendDisclosed(const Entry& entry, std::vector<std::string> fields, std::vector<audit::Fact>* facts);

struct ListRequest {
  Kind kind = Kind::kOrganization;
  std::optional<std::string_view> land;   // "lands/DE-NW"
  std::vector<std::string_view> parents;  // names of records above, all of which must hold
  bool show_deleted = false;
  int page_size = 50;
  std::string_view after;  // name of the last record of the page before
};

struct ListPage {
  std::string bytes;                   // the records, each as field 1 of the response
  std::string last;                    // name of the last one; empty when there are no more
  std::vector<audit::Fact> disclosed;  // of each record that tells more than everybody sees
};

// A page of records in the order of their names. UNAVAILABLE as above.
absl::StatusOr<ListPage> ReadList(const ViewReading& reading, const KindTables& tables, const ListRequest& request,
                                  const access::Caller& caller);

}  // namespace schutznetz::directory
