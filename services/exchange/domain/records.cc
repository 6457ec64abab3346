#include "services/exchange/domain/records.h"

#include <algorithm>

#include "services/common/record/present.h"

namespace schutznetz::exchange {
namespace {

using storage::ChangeOperation;

void Append(storage::Transaction& tx, const Author& author, const std::string& kind, std::string name,
            ChangeOperation operation) {
  tx.AppendChange(
      {.kind = kind, .name = std::move(name), .operation = operation, .trace_id = std::string(author.trace_id)});
}

std::string NameIn(const google::protobuf::Message& resource) {
  return resource.GetReflection()->GetString(resource, resource.GetDescriptor()->FindFieldByNumber(1));
}

}  // namespace

absl::Status Records::Read(storage::ReadTransaction& tx, const record::Record& row, Message* resource) const {
  if (!resource->ParseFromString(row.body)) return absl::DataLossError("a stored record cannot be read");
  return vault_.Complete(tx, row.key, resource);
}

absl::Status Records::AddRow(storage::Transaction& tx, const Author& author, std::string_view person,
                             record::Record* row, const Message& resource) const {
  ASSIGN_OR_RETURN(row->body, vault_.Put(tx, row->key, person, resource));
  row->create_us = row->update_us = row->public_update_us = absl::ToUnixMicros(tx.now());
  ASSIGN_OR_RETURN(const bool inserted, record::Insert(tx, *row));
  if (!inserted) return errors::Exists(NameIn(resource));
  Append(tx, author, row->key.kind, NameIn(resource), ChangeOperation::kCreated);
  return absl::OkStatus();
}

absl::Status Records::SaveRow(storage::Transaction& tx, const Author& author, std::string_view person,
                              record::Record* row, const Message& resource) const {
  ASSIGN_OR_RETURN(row->body, vault_.Put(tx, row->key, person, resource));
  row->update_us = row->public_update_us = std::max(absl::ToUnixMicros(tx.now()), row->update_us);
  RETURN_IF_ERROR(record::Update(tx, *row));
  Append(tx, author, row->key.kind, NameIn(resource), ChangeOperation::kUpdated);
  return absl::OkStatus();
}

absl::Status Records::Erase(storage::Transaction& tx, const Author& author, const Kind& kind,
                            std::string_view id) const {
  RETURN_IF_ERROR(store_.EraseRecord(tx, {kind.kind, std::string(id)}));
  Append(tx, author, kind.kind, NameOfId(kind, id), ChangeOperation::kDeleted);
  return absl::OkStatus();
}

absl::StatusOr<std::string> Records::ShownBytes(const record::Record& row, const Message& resource,
                                                wire::LevelSet levels) const {
  record::Record whole = row;
  whole.body = resource.SerializeAsString();
  const wire::MessageTable* table = tables_.Find(resource.GetDescriptor()->full_name());
  ASSIGN_OR_RETURN(record::Presented presented, record::Present(whole, *table, levels, {}));
  return std::move(presented.bytes);
}

}  // namespace schutznetz::exchange
