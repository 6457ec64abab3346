#include "services/directory/domain/import_batch.h"

#include <algorithm>
#include <utility>

#include "services/common/errors/macros.h"
#include "services/common/record/record_store.h"
#include "services/directory/domain/directory_rules.h"
#include "services/directory/places/land_codes.h"

namespace schutznetz::directory {
namespace {

using record::Record;
using storage::ChangeOperation;

// Answers of areas depend on postcodes too, and name only "area" as what they depend on.
storage::ChangeRecord ChangeOf(std::string_view kind, const std::string& id, ChangeOperation operation) {
  storage::ChangeRecord change;
  change.kind = kind;
  change.operation = operation;
  if (kind == kPostcodeKind) {
    change.name = "postcodes/" + id;
    change.tags = {kAreaKind};
    return change;
  }
  change.name = "areas/" + id;
  const std::string_view land = IsoCodeOfLand(id);
  if (!land.empty()) change.tags = {std::string(kAreaKind) + "/" + std::string(land)};
  return change;
}

ChangeOperation OperationOf(const ImportBatch::Item& item) {
  if (item.decision.deleted) return ChangeOperation::kDeleted;
  if (item.decision.action != ImportAction::kCreate) return ChangeOperation::kUpdated;
  return item.stored ? ChangeOperation::kUndeleted : ChangeOperation::kCreated;
}

absl::Status WriteItem(storage::Transaction& tx, const ImportPlan& plan, const ImportBatch::Item& item) {
  const int64_t now = absl::ToUnixMicros(tx.now());
  Record record;
  if (item.stored) {
    record = *item.stored;
  } else {
    record.key = {std::string(plan.kind()), item.id};
    record.create_us = now;
  }
  record.body = item.decision.body;
  record.update_us = record.public_update_us = std::max(now, record.update_us);
  record.delete_us = item.decision.deleted ? record.update_us : 0;
  RETURN_IF_ERROR(item.stored ? record::Update(tx, record) : record::InsertLater(tx, record));
  tx.AppendChange(ChangeOf(plan.kind(), item.id, OperationOf(item)));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ImportBatch> MakeImportBatch(storage::ReadTransaction& tx, const ImportPlan& plan,
                                            std::string_view after) {
  std::vector<Record> page;
  const auto take = [&](const Record& record) {
    page.push_back(record);
    return absl::OkStatus();
  };
  ASSIGN_OR_RETURN(const int count, record::Scan(tx, plan.kind(), after, kImportBatch, take));
  const std::vector<std::string>& ids = plan.ids();
  size_t index = static_cast<size_t>(std::upper_bound(ids.begin(), ids.end(), after) - ids.begin());

  // Both lists are known up to the smaller of their last keys; beyond a list's end there is nothing.
  std::optional<std::string> bound;
  if (count == kImportBatch) bound = page.back().key.id;
  if (index + kImportBatch < ids.size()) {
    const std::string& last = ids[index + kImportBatch - 1];
    bound = bound ? std::min(*bound, last) : last;
  }

  ImportBatch batch;
  batch.end = !bound.has_value();
  batch.to = bound.value_or("");
  size_t next = 0;
  while (true) {
    const bool has_stored = next < page.size() && (batch.end || page[next].key.id <= batch.to);
    const bool has_incoming = index < ids.size() && (batch.end || ids[index] <= batch.to);
    if (!has_stored && !has_incoming) return batch;
    ImportBatch::Item item;
    if (has_incoming && (!has_stored || ids[index] <= page[next].key.id)) {
      item.id = ids[index];
      if (has_stored && page[next].key.id == item.id) item.stored = std::move(page[next++]);
      ASSIGN_OR_RETURN(item.decision, plan.ForIncoming(index++, item.stored ? &*item.stored : nullptr));
    } else {
      item.stored = std::move(page[next++]);
      item.id = item.stored->key.id;
      ASSIGN_OR_RETURN(item.decision, plan.ForRest(*item.stored));
    }
    batch.items.push_back(std::move(item));
  }
}

absl::Status WriteImportBatch(storage::Transaction& tx, const ImportPlan& plan, const ImportBatch& batch) {
  for (const ImportBatch::Item& item : batch.items) {
    const ImportAction action = item.decision.action;
    if (action == ImportAction::kLeave || action == ImportAction::kUnchanged) continue;
    RETURN_IF_ERROR(WriteItem(tx, plan, item));
  }
  return absl::OkStatus();
}

}  // namespace schutznetz::directory
