#include "services/events/domain/measures.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/record_store.h"

namespace schutznetz::events {
namespace {

constexpr std::string_view kMeasures = "measures/";
constexpr int kVersionsMax = 999'999'999;

std::string VersionId(std::string_view measure_id, int version) {
  return absl::StrFormat("%s/%09d", std::string(measure_id), version);
}

}  // namespace

absl::StatusOr<record::Presented> Measures::Keep(storage::Transaction& tx,
                                                 absl::StatusOr<record::Presented> presented) const {
  if (!presented.ok()) return presented;
  v1::Measure shown;
  if (!shown.ParseFromString(presented->bytes)) return errors::Internal("an answer cannot be read");
  const std::string id = shown.name().substr(kMeasures.size());
  ASSIGN_OR_RETURN(const std::optional<record::Record> row, record::Get(tx, {kMeasureKind, id}));
  v1::Measure measure;
  if (!row.has_value() || !measure.ParseFromString(row->body)) return errors::Internal("a measure was not written");
  record::Record version = *row;
  version.key = {kMeasureVersionKind, VersionId(id, measure.version())};
  version.create_us = row->update_us;
  // There already after a change that changed nothing, and after an undeletion.
  RETURN_IF_ERROR(record::Insert(tx, version).status());
  return presented;
}

absl::StatusOr<record::Presented> Measures::Create(storage::Transaction& tx, const record::Author& author,
                                                   const v1::CreateMeasureRequest& request) const {
  return Keep(tx, methods_.Create(tx, author, reads_.rules(), request.measure_id(), request.measure(), "measure."));
}

absl::StatusOr<record::Presented> Measures::Update(storage::Transaction& tx, const record::Author& author,
                                                   const v1::UpdateMeasureRequest& request) const {
  return Keep(tx, methods_.Update(tx, author, reads_.rules(), request.measure(), request.update_mask(), "measure."));
}

absl::StatusOr<record::Presented> Measures::Delete(storage::Transaction& tx, const record::Author& author,
                                                   const v1::DeleteMeasureRequest& request) const {
  return methods_.Delete(tx, author, reads_.rules(), request.name(), request.etag());
}

absl::StatusOr<record::Presented> Measures::Undelete(storage::Transaction& tx, const record::Author& author,
                                                     const v1::UndeleteMeasureRequest& request) const {
  return methods_.Undelete(tx, author, reads_.rules(), request.name(), request.etag());
}

bool Measures::Fits(const v1::Measure& measure, const v1::ListMeasuresRequest& request) {
  const auto is = [](const std::string& asked, const std::string& value) { return asked.empty() || asked == value; };
  const auto& lands = measure.lands();
  return (request.pillar() == 0 || request.pillar() == measure.pillar()) &&
         (request.status() == 0 || request.status() == measure.status()) &&
         is(request.department(), measure.department()) && is(request.plan(), measure.plan()) &&
         (request.land().empty() || lands.empty() ||
          std::find(lands.begin(), lands.end(), request.land()) != lands.end());
}

absl::StatusOr<std::vector<v1::Measure>> Measures::Versions(storage::ReadTransaction& tx, const access::Caller& caller,
                                                            std::string_view name, int before, int count_max,
                                                            StoredReads::Disclosed* disclosed) const {
  v1::Measure now;
  RETURN_IF_ERROR(reads_.Get(tx, caller, name, &now));
  const std::string id = now.name().substr(kMeasures.size());
  std::vector<v1::Measure> versions;
  int next = std::min(before > 0 ? before - 1 : kVersionsMax, now.version());
  while (next > 0 && static_cast<int>(versions.size()) < count_max) {
    ASSIGN_OR_RETURN(const std::optional<record::Record> row,
                     record::Get(tx, {kMeasureVersionKind, VersionId(id, next--)}));
    if (!row.has_value()) continue;
    v1::Measure version;
    StoredReads::Disclosed more;
    ASSIGN_OR_RETURN(const bool visible, reads_.Show(tx, caller, *row, &version, &more));
    if (!visible) continue;
    versions.push_back(std::move(version));
    if (disclosed == nullptr) continue;
    for (std::string& field : more) {
      if (std::find(disclosed->begin(), disclosed->end(), field) == disclosed->end()) disclosed->push_back(field);
    }
  }
  return versions;
}

}  // namespace schutznetz::events
