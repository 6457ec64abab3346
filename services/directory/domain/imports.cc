#include "services/directory/domain/imports.h"

#include <memory>
#include <string>

#include "google/protobuf/util/time_util.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/random_id.h"
#include "services/common/rpc/resource_name.h"
#include "services/directory/errors.h"
#include "services/directory/imports/import_parser.h"

namespace schutznetz::directory {
namespace {

using google::protobuf::util::TimeUtil;

google::protobuf::Timestamp TimeOf(const storage::Transaction& tx) {
  return TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(tx.now()));
}

// Stores the refusals of a piece; what it reads is read again when the import is applied.
class RefusalSink final : public ImportSink {
 public:
  RefusalSink(storage::Transaction& tx, const ImportStore& store, const StoredImport& stored)
      : tx_(tx), store_(store), id_(stored.id), count_(stored.import.refused_count()) {}

  void OnArea(const v1::Area&, std::string_view) override {}
  void OnPostcode(const v1::Postcode&) override {}
  void OnRefusal(const v1::ImportRefusal& refusal) override {
    if (++count_ <= kImportRefusalsMax && status_.ok()) status_ = store_.AddRefusal(tx_, id_, refusal);
  }

  const absl::Status& status() const { return status_; }

 private:
  storage::Transaction& tx_;
  const ImportStore& store_;
  const std::string& id_;
  int64_t count_;
  absl::Status status_;
};

absl::Status CheckReceiving(const v1::Import& import) {
  switch (import.state()) {
    case v1::Import::RECEIVING:
      return absl::OkStatus();
    case v1::Import::APPLYING:
      return ImportApplying();
    default:
      return ImportOver(v1::Import::State_Name(import.state()).c_str());
  }
}

// Parses the piece behind what was parsed before, and brings the counts up to date.
absl::Status Parse(storage::Transaction& tx, const ImportStore& store, std::string_view data, bool last,
                   StoredImport& stored) {
  RefusalSink sink(tx, store, stored);
  const std::unique_ptr<ImportParser> parser = MakeImportParser(stored.import.format(), sink);
  if (parser == nullptr) return errors::Internal("an import of a format without a parser");
  parser->Resume(stored.import.line_count(), stored.pending);
  parser->Append(data);
  if (last) parser->Finish();
  RETURN_IF_ERROR(sink.status());
  stored.pending = last ? std::string() : std::string(parser->pending());
  stored.import.set_line_count(parser->line_count());
  stored.import.set_record_count(stored.import.record_count() + parser->record_count());
  stored.import.set_refused_count(stored.import.refused_count() + parser->refused_count());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> Imports::IdOf(std::string_view name) {
  const auto id = rpc::IdIn("imports", name);
  if (!id) return errors::NotFound(name);
  return std::string(*id);
}

absl::StatusOr<v1::Import> Imports::Create(storage::Transaction& tx, const v1::Import& requested) const {
  if (requested.format() == v1::Import::FORMAT_UNSPECIFIED) {
    return errors::InvalidField("import.format", "Must be GV100AD or GEONAMES_POSTCODES.");
  }
  StoredImport stored;
  stored.id = record::NewRandomId();
  stored.import.set_name(rpc::NameOf("imports", stored.id));
  stored.import.set_format(requested.format());
  stored.import.set_source(requested.source());
  stored.import.set_state(v1::Import::RECEIVING);
  *stored.import.mutable_create_time() = *stored.import.mutable_update_time() = TimeOf(tx);
  RETURN_IF_ERROR(store_.Insert(tx, stored));
  return std::move(stored.import);
}

absl::StatusOr<v1::Import> Imports::Append(storage::Transaction& tx,
                                           const v1::AppendImportRecordsRequest& piece) const {
  ASSIGN_OR_RETURN(const std::string id, IdOf(piece.name()));
  ASSIGN_OR_RETURN(std::optional<StoredImport> found, store_.GetForUpdate(tx, id));
  if (!found) return errors::NotFound(piece.name());
  StoredImport& stored = *found;
  RETURN_IF_ERROR(CheckReceiving(stored.import));

  const int64_t received = stored.import.received_bytes();
  const int64_t end = piece.offset() + static_cast<int64_t>(piece.data().size());
  const bool taken = end <= received && !piece.data().empty();
  if (taken && (stored.complete || !piece.last() || end < received)) return std::move(stored.import);
  if (stored.complete) return ImportComplete();
  if (!taken && piece.offset() != received) return errors::ImportOffsetMismatch(received);
  if (end > kImportBytesMax) return ImportTooLarge(end);

  const std::string_view data = taken ? std::string_view() : std::string_view(piece.data());
  if (!data.empty()) RETURN_IF_ERROR(store_.AddPiece(tx, id, received, data));
  RETURN_IF_ERROR(Parse(tx, store_, data, piece.last(), stored));
  stored.import.set_received_bytes(received + static_cast<int64_t>(data.size()));
  stored.complete = piece.last();
  *stored.import.mutable_update_time() = TimeOf(tx);
  RETURN_IF_ERROR(store_.Put(tx, stored));
  return std::move(stored.import);
}

absl::StatusOr<v1::Import> Imports::Get(storage::ReadTransaction& tx, std::string_view name) const {
  ASSIGN_OR_RETURN(const std::string id, IdOf(name));
  ASSIGN_OR_RETURN(std::optional<StoredImport> stored, store_.Get(tx, id));
  if (!stored) return errors::NotFound(name);
  return std::move(stored->import);
}

absl::StatusOr<std::vector<StoredImport>> Imports::List(storage::ReadTransaction& tx, const ImportListKey& key,
                                                        int count_max) const {
  return store_.List(tx, key, count_max);
}

absl::StatusOr<std::vector<v1::ImportRefusal>> Imports::Refusals(storage::ReadTransaction& tx, std::string_view name,
                                                                 int64_t after_line, int count_max) const {
  ASSIGN_OR_RETURN(const v1::Import import, Get(tx, name));
  ASSIGN_OR_RETURN(const std::string id, IdOf(import.name()));
  return store_.Refusals(tx, id, after_line, count_max);
}

absl::StatusOr<int> Imports::AbandonStale(storage::Transaction& tx, int count_max) const {
  const int64_t before_us = absl::ToUnixMicros(tx.now() - kImportKept);
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, store_.InState(tx, v1::Import::RECEIVING, before_us, count_max));
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(std::optional<StoredImport> stored, store_.GetForUpdate(tx, id));
    if (!stored || stored->import.state() != v1::Import::RECEIVING) continue;
    stored->import.set_state(v1::Import::ABANDONED);
    stored->pending.clear();
    *stored->import.mutable_update_time() = TimeOf(tx);
    RETURN_IF_ERROR(store_.Put(tx, *stored));
    RETURN_IF_ERROR(store_.DropPieces(tx, id));
  }
  return static_cast<int>(ids.size());
}

}  // namespace schutznetz::directory
