#include "services/directory/domain/import_applier.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "google/protobuf/util/time_util.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/record_store.h"
#include "services/common/rpc/resource_name.h"
#include "services/directory/domain/directory_rules.h"
#include "services/directory/domain/import_batch.h"
#include "services/directory/domain/import_content.h"
#include "services/directory/errors.h"
#include "services/directory/imports/postcode_book.h"

namespace schutznetz::directory {
namespace {

using google::protobuf::util::TimeUtil;
using storage::CommitInfo;
using storage::ReadTransaction;
using storage::Transaction;

// How far an import got: the number of the plan, and the key in it after which to go on.
struct Mark {
  size_t plan = 0;
  std::string after;

  std::string Text() const { return std::to_string(plan) + ":" + after; }
  static Mark Of(const std::string& text) {
    Mark mark;
    const size_t colon = text.find(':');
    if (colon == std::string::npos || !absl::SimpleAtoi(text.substr(0, colon), &mark.plan)) return Mark();
    mark.after = text.substr(colon + 1);
    return mark;
  }
};

void CountInto(const ImportBatch& batch, v1::Import::Effect* effect) {
  for (const ImportBatch::Item& item : batch.items) {
    switch (item.decision.action) {
      case ImportAction::kLeave:
        break;
      case ImportAction::kUnchanged:
        effect->set_unchanged(effect->unchanged() + 1);
        break;
      case ImportAction::kCreate:
        effect->set_created(effect->created() + 1);
        break;
      case ImportAction::kUpdate:
        effect->set_updated(effect->updated() + 1);
        break;
      case ImportAction::kEnd:
        effect->set_ended(effect->ended() + 1);
        break;
    }
  }
}

absl::Status CheckCanApply(const StoredImport& stored) {
  const v1::Import::State state = stored.import.state();
  if (state == v1::Import::APPLYING) return absl::OkStatus();
  if (state != v1::Import::RECEIVING) return ImportOver(v1::Import::State_Name(state).c_str());
  return stored.complete ? absl::OkStatus() : ImportNotComplete();
}

void Touch(const Transaction& tx, v1::Import* import) {
  *import->mutable_update_time() = TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(tx.now()));
}

absl::Status NotFound(std::string_view id) { return errors::NotFound(rpc::NameOf("imports", id)); }

}  // namespace

absl::StatusOr<StoredImport> ImportApplier::Load(std::string_view id) const {
  std::optional<StoredImport> stored;
  const auto read = [&](ReadTransaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(stored, store_.Get(tx, id));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(database_.Read(read));
  if (!stored) return NotFound(id);
  return *std::move(stored);
}

absl::StatusOr<StoredImport> ImportApplier::Begin(std::string_view id) const {
  StoredImport begun;
  const auto work = [&](Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(std::optional<StoredImport> stored, store_.GetForUpdate(tx, id));
    if (!stored) return NotFound(id);
    RETURN_IF_ERROR(CheckCanApply(*stored));
    begun = *std::move(stored);
    if (begun.import.state() == v1::Import::APPLYING) return absl::OkStatus();  // goes on
    begun.import.set_state(v1::Import::APPLYING);
    begun.import.clear_effect();
    begun.applied_to.clear();
    Touch(tx, &begun.import);
    return store_.Put(tx, begun);
  };
  RETURN_IF_ERROR(database_.WriteAndWait(work).status());
  return begun;
}

absl::StatusOr<KreisCenterMap> ImportApplier::StoredCenters() const {
  std::vector<v1::Postcode> postcodes;
  std::string after;
  for (int count = kImportBatch; count == kImportBatch;) {
    const auto take = [&](const record::Record& record) {
      after = record.key.id;
      if (record.deleted()) return absl::OkStatus();
      if (postcodes.emplace_back().ParseFromString(record.body)) return absl::OkStatus();
      return absl::DataLossError("a stored postcode cannot be read");
    };
    const auto read = [&](ReadTransaction& tx) -> absl::Status {
      ASSIGN_OR_RETURN(count, record::Scan(tx, kPostcodeKind, std::string(after), kImportBatch, take));
      return absl::OkStatus();
    };
    RETURN_IF_ERROR(database_.Read(read));
  }
  return KreisCenters(postcodes);
}

absl::StatusOr<ImportApplier::Plans> ImportApplier::MakePlans(const StoredImport& stored, Progress progress) const {
  ImportContent content;
  const std::unique_ptr<ImportParser> parser = MakeImportParser(stored.import.format(), content);
  if (parser == nullptr) return errors::Internal("an import of a format without a parser");
  for (int64_t offset = 0; offset < stored.import.received_bytes();) {
    std::optional<ImportPiece> piece;
    const auto read = [&](ReadTransaction& tx) -> absl::Status {
      ASSIGN_OR_RETURN(piece, store_.PieceAt(tx, stored.id, offset));
      return absl::OkStatus();
    };
    RETURN_IF_ERROR(database_.Read(read));
    if (!piece || piece->offset != offset) return absl::DataLossError("a piece of an import is missing");
    parser->Append(piece->data);
    RETURN_IF_ERROR(content.status());
    offset += static_cast<int64_t>(piece->data.size());
    RETURN_IF_ERROR(progress(stored.import));
  }
  parser->Finish();
  RETURN_IF_ERROR(content.status());

  Plans plans;
  if (stored.import.format() == v1::Import::GV100AD) {
    ASSIGN_OR_RETURN(KreisCenterMap centers, StoredCenters());
    plans.push_back(MakeAreaPlan(content.TakeAreas(), content.as_of(), stored.import.source(), std::move(centers)));
  } else {
    std::vector<v1::Postcode> postcodes = content.TakePostcodes();
    KreisCenterMap centers = KreisCenters(postcodes);
    plans.push_back(MakePostcodePlan(std::move(postcodes), stored.import.source()));
    plans.push_back(MakeCenterPlan(std::move(centers)));
  }
  return plans;
}

absl::StatusOr<v1::Import> ImportApplier::DryRun(std::string_view id, Progress progress) const {
  ASSIGN_OR_RETURN(StoredImport stored, Load(id));
  RETURN_IF_ERROR(CheckCanApply(stored));
  if (stored.import.state() == v1::Import::APPLYING) return ImportApplying();
  ASSIGN_OR_RETURN(const Plans plans, MakePlans(stored, progress));
  v1::Import::Effect* effect = stored.import.mutable_effect();
  effect->Clear();
  for (const std::unique_ptr<ImportPlan>& plan : plans) {
    ImportBatch batch;
    do {
      const auto read = [&](ReadTransaction& tx) -> absl::Status {
        ASSIGN_OR_RETURN(batch, MakeImportBatch(tx, *plan, std::string(batch.to)));
        return absl::OkStatus();
      };
      RETURN_IF_ERROR(database_.Read(read));
      CountInto(batch, effect);
      RETURN_IF_ERROR(progress(stored.import));
    } while (!batch.end);
  }
  return std::move(stored.import);
}

// Another server that applies the same import has moved the mark: then nothing is written here.
absl::Status ImportApplier::Step(const ImportPlan& plan, size_t number, StoredImport& stored, bool* end,
                                 storage::Position* position) const {
  StoredImport next;
  const auto work = [&](Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(std::optional<StoredImport> now, store_.GetForUpdate(tx, stored.id));
    if (!now || now->import.state() != v1::Import::APPLYING || now->applied_to != stored.applied_to) {
      return errors::RequestInProgress();
    }
    next = *std::move(now);
    ASSIGN_OR_RETURN(const ImportBatch batch, MakeImportBatch(tx, plan, Mark::Of(next.applied_to).after));
    RETURN_IF_ERROR(WriteImportBatch(tx, plan, batch));
    CountInto(batch, next.import.mutable_effect());
    *end = batch.end;
    next.applied_to = batch.end ? Mark{number + 1, ""}.Text() : Mark{number, batch.to}.Text();
    Touch(tx, &next.import);
    return store_.Put(tx, next);
  };
  ASSIGN_OR_RETURN(const CommitInfo commit, database_.WriteAndWait(work));
  stored = std::move(next);
  if (commit.position.number != 0) *position = commit.position;
  return absl::OkStatus();
}

absl::StatusOr<ImportApplier::Applied> ImportApplier::Apply(std::string_view id, Finish finish,
                                                            Progress progress) const {
  ASSIGN_OR_RETURN(StoredImport stored, Begin(id));
  RETURN_IF_ERROR(progress(stored.import));
  ASSIGN_OR_RETURN(const Plans plans, MakePlans(stored, progress));
  Applied applied;
  for (size_t number = Mark::Of(stored.applied_to).plan; number < plans.size(); ++number) {
    for (bool end = false; !end;) {
      RETURN_IF_ERROR(Step(*plans[number], number, stored, &end, &applied.position));
      RETURN_IF_ERROR(progress(stored.import));
    }
  }
  const auto end = [&](Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(std::optional<StoredImport> now, store_.GetForUpdate(tx, id));
    if (!now || now->import.state() != v1::Import::APPLYING) return errors::RequestInProgress();
    now->import.set_state(v1::Import::APPLIED);
    Touch(tx, &now->import);
    RETURN_IF_ERROR(store_.Put(tx, *now));
    RETURN_IF_ERROR(store_.DropPieces(tx, id));
    applied.import = now->import;
    return finish(tx, applied.import);
  };
  RETURN_IF_ERROR(database_.WriteAndWait(end).status());
  return applied;
}

absl::StatusOr<std::vector<std::string>> ImportApplier::Interrupted() const {
  std::vector<std::string> ids;
  const auto read = [&](ReadTransaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(ids, store_.InState(tx, v1::Import::APPLYING, INT64_MAX, 100));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(database_.Read(read));
  return ids;
}

}  // namespace schutznetz::directory
