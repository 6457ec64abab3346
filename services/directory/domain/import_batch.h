// One bounded step of an import: the records of a range of keys, compared and written. Internal to the applier.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/record/record.h"
#include "services/common/storage/transaction.h"
#include "services/directory/domain/import_plan.h"

namespace schutznetz::directory {

// Records of a batch: two index look-ups for a page each, and at most twice as many changes.
inline constexpr int kImportBatch = 500;

struct ImportBatch {
  struct Item {
    std::string id;
    std::optional<record::Record> stored;
    ImportDecision decision;
  };
  std::vector<Item> items;
  std::string to;    // the next batch begins after this key
  bool end = false;  // there is no next batch
};

// The decisions for the next keys after `after`, in a snapshot.
absl::StatusOr<ImportBatch> MakeImportBatch(storage::ReadTransaction& tx, const ImportPlan& plan,
                                            std::string_view after);

// Writes them, each with its change row. ALREADY_EXISTS, at the latest at commit: somebody else wrote one of them
// first.
absl::Status WriteImportBatch(storage::Transaction& tx, const ImportPlan& plan, const ImportBatch& batch);

}  // namespace schutznetz::directory
