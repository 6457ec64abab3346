#include "services/events/domain/stored_reads.h"

#include <optional>
#include <utility>

#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/load.h"
#include "services/common/record/present.h"
#include "services/common/record/record_store.h"
#include "services/common/record/rights.h"

namespace schutznetz::events {
namespace {

constexpr int kBatch = 200;

}  // namespace

absl::StatusOr<bool> StoredReads::Show(storage::ReadTransaction& tx, const access::Caller& caller, record::Record row,
                                       google::protobuf::Message* resource, Disclosed* disclosed) const {
  ASSIGN_OR_RETURN(const record::Loaded loaded, record::LoadAround(tx, all_, rules_, std::move(row)));
  if (loaded.record.deleted() || !record::MayKnow(caller, loaded)) return false;
  ASSIGN_OR_RETURN(
      const record::Presented presented,
      record::Present(loaded.record, rules_.table(), record::LevelsFor(caller, loaded.scope), loaded.inherited));
  if (!presented.visible) return false;
  if (!resource->ParseFromString(presented.bytes)) return errors::Internal("an answer cannot be read");
  if (disclosed != nullptr) *disclosed = std::move(presented.disclosed);
  return true;
}

absl::Status StoredReads::Get(storage::ReadTransaction& tx, const access::Caller& caller, std::string_view name,
                              google::protobuf::Message* resource, Disclosed* disclosed) const {
  const std::string prefix = rules_.collection() + "/";
  if (name.substr(0, prefix.size()) != prefix) return errors::NotFound(name);
  ASSIGN_OR_RETURN(std::optional<record::Record> row,
                   record::Get(tx, {rules_.kind(), std::string(name.substr(prefix.size()))}));
  if (!row.has_value()) return errors::NotFound(name);
  ASSIGN_OR_RETURN(const bool visible, Show(tx, caller, *std::move(row), resource, disclosed));
  return visible ? absl::OkStatus() : errors::NotFound(name);
}

absl::Status StoredReads::ForEach(storage::ReadTransaction& tx, const access::Caller& caller, std::string_view after_id,
                                  google::protobuf::Message* scratch, Visit visit) const {
  std::string last(after_id);
  Disclosed disclosed;
  while (true) {
    std::vector<record::Record> rows;
    ASSIGN_OR_RETURN(const int seen, record::Scan(tx, rules_.kind(), last, kBatch, [&](const record::Record& row) {
                       rows.push_back(row);
                       return absl::OkStatus();
                     }));
    for (record::Record& row : rows) {
      last = row.key.id;
      ASSIGN_OR_RETURN(const bool visible, Show(tx, caller, std::move(row), scratch, &disclosed));
      if (visible && !visit(last, disclosed)) return absl::OkStatus();
    }
    if (seen < kBatch) return absl::OkStatus();
  }
}

}  // namespace schutznetz::events
