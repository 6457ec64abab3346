// What callers see of the view's entries.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/common/access/caller.h"
#include "services/common/record/present.h"
#include "services/common/record/resource_rules.h"
#include "services/directory/view/view_version.h"

namespace schutznetz::directory {

// The tables of the kinds. Small and copyable; the rules it is made from must outlive it.
class KindTables {
 public:
  explicit KindTables(const record::RuleSet& rules);
  const wire::MessageTable& Of(Kind kind) const { return *tables_[IndexOf(kind)]; }

 private:
  std::array<const wire::MessageTable*, kKindCount> tables_ = {};
};

// Where a record belongs.
record::RecordScope ScopeOf(const ViewVersion& version, const Entry& entry);

// The levels of this entry that the caller sees.
wire::LevelSet LevelsOf(const ViewVersion& version, const Entry& entry, const access::Caller& caller);

// Whether the caller may know of it at all. A deleted record is known to those who may edit it.
bool MayKnow(const ViewVersion& version, const Entry& entry, const access::Caller& caller);

// As everybody sees it, with `floors`: entry.inherited, or stricter ones while that is in doubt. Not visible: hidden or
// deleted.
absl::StatusOr<record::Presented> PresentToAll(const ViewVersion& version, const KindTables& tables, const Entry& entry,
                                               const wire::Floors& floors);

// As the caller sees it. Not visible: the answer is that of a missing record.
absl::StatusOr<record::Presented> PresentTo(const ViewVersion& version, const KindTables& tables, const Entry& entry,
                                            const access::Caller& caller);

// Whether the record is, or belongs to, an authority: its address stays shown when the view may be out of date.
bool IsAuthority(const ViewVersion& version, const Entry& entry);

}  // namespace schutznetz::directory
