// What an import does to one stored record: the decision per key, without a store. Pure.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "schutznetz/directory/v1/area.pb.h"
#include "services/common/record/record.h"

namespace schutznetz::directory {

enum class ImportAction { kLeave, kUnchanged, kCreate, kUpdate, kEnd };

struct ImportDecision {
  ImportAction action = ImportAction::kLeave;
  std::string body;      // kCreate, kUpdate, and kEnd of records that stay with their history
  bool deleted = false;  // kEnd of records that have no history
};

using KreisCenterMap = std::map<std::string, common::v1::LatLng>;

// Immutable after construction.
class ImportPlan {
 public:
  virtual ~ImportPlan() = default;

  // Kind of the records it writes: "area".
  virtual std::string_view kind() const = 0;
  // Keys of the records in the file, ascending.
  const std::vector<std::string>& ids() const { return ids_; }
  // For ids()[index]; `stored` is null when nothing is stored under it.
  virtual absl::StatusOr<ImportDecision> ForIncoming(size_t index, const record::Record* stored) const = 0;
  // For a stored record that the file does not have.
  virtual absl::StatusOr<ImportDecision> ForRest(const record::Record& stored) const = 0;

 protected:
  std::vector<std::string> ids_;
};

// The areas of a register. Keys it no longer has end on the day before `as_of` (YYYY-MM-DD). `centers` are those of the
// Kreise.
std::unique_ptr<ImportPlan> MakeAreaPlan(std::vector<v1::Area> areas, std::string as_of, std::string source,
                                         KreisCenterMap centers);
// Postcodes, one record each. Codes the file no longer has are deleted.
std::unique_ptr<ImportPlan> MakePostcodePlan(std::vector<v1::Postcode> postcodes, std::string source);
// Moves the centres of the stored Kreise to where the postcodes put them; writes nothing else.
std::unique_ptr<ImportPlan> MakeCenterPlan(KreisCenterMap centers);

}  // namespace schutznetz::directory
