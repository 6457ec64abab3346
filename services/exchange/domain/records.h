// Typed records of this server: row, personal part and change row go together.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/personal/vault.h"
#include "services/common/record/record_store.h"
#include "services/common/record/standard_methods.h"
#include "services/common/wire/table.h"
#include "services/exchange/domain/exchange_store.h"
#include "services/exchange/domain/kinds.h"

namespace schutznetz::exchange {

using personal::Vault;
using record::Author;

// A resource with its row. The row's body is not kept up to date with the resource; Save does that.
template <typename Resource>
struct Kept {
  record::Record row;
  Resource resource;
};

// Thread safe. All arguments must outlive it. Codes are those of storage::ReadTransaction unless a function says more;
// DATA_LOSS when a body or a personal part cannot be read.
class Records {
 public:
  Records(const ExchangeStore& store, const Vault& vault, const wire::Tables& tables)
      : store_(store), vault_(vault), tables_(tables) {}

  // The record of this id, personal part included.
  template <typename Resource>
  absl::StatusOr<std::optional<Kept<Resource>>> Find(storage::ReadTransaction& tx, std::string_view id) const {
    return Typed<Resource>(tx, record::Get(tx, {KindOf<Resource>().kind, std::string(id)}));
  }
  // The same, and nobody else changes it before this write ends.
  template <typename Resource>
  absl::StatusOr<std::optional<Kept<Resource>>> FindForUpdate(storage::Transaction& tx, std::string_view id) const {
    return Typed<Resource>(tx, record::GetForUpdate(tx, {KindOf<Resource>().kind, std::string(id)}));
  }
  // By name. NOT_FOUND: no such record, or a name of another kind.
  template <typename Resource>
  absl::StatusOr<Kept<Resource>> Need(storage::ReadTransaction& tx, std::string_view name) const {
    return Needed<Resource>(tx, name, [&](const std::string& id) { return Find<Resource>(tx, id); });
  }
  template <typename Resource>
  absl::StatusOr<Kept<Resource>> NeedForUpdate(storage::Transaction& tx, std::string_view name) const {
    return Needed<Resource>(tx, name, [&](const std::string& id) { return FindForUpdate<Resource>(tx, id); });
  }

  // Up to `count_max` records with an id above `after_id`, in order.
  template <typename Resource>
  absl::StatusOr<std::vector<Kept<Resource>>> Page(storage::ReadTransaction& tx, std::string_view after_id,
                                                   int count_max) const {
    std::vector<record::Record> rows;
    RETURN_IF_ERROR(record::Scan(tx, KindOf<Resource>().kind, after_id, count_max, [&](const record::Record& row) {
                      rows.push_back(row);
                      return absl::OkStatus();
                    }).status());
    std::vector<Kept<Resource>> page;
    for (record::Record& row : rows) {
      page.emplace_back().row = std::move(row);
      RETURN_IF_ERROR(Read(tx, page.back().row, &page.back().resource));
    }
    return page;
  }

  // Adds a record: kept.row.key.id is given, everything else is made here. `person`: whose key closes the personal
  // part. ALREADY_EXISTS (RESOURCE_EXISTS): the id is taken.
  template <typename Resource>
  absl::Status Add(storage::Transaction& tx, const Author& author, std::string_view person,
                   Kept<Resource>* kept) const {
    kept->row.key.kind = KindOf<Resource>().kind;
    kept->resource.set_name(NameOfId(KindOf<Resource>(), kept->row.key.id));
    return AddRow(tx, author, person, &kept->row, kept->resource);
  }
  // Writes a changed resource. Its row must be locked.
  template <typename Resource>
  absl::Status Save(storage::Transaction& tx, const Author& author, std::string_view person,
                    Kept<Resource>* kept) const {
    return SaveRow(tx, author, person, &kept->row, kept->resource);
  }
  // Deletes the row and all that hangs on it.
  absl::Status Erase(storage::Transaction& tx, const Author& author, const Kind& kind, std::string_view id) const;

  // The resource as someone with these levels sees it, etag and times included.
  template <typename Resource>
  absl::StatusOr<Resource> Show(const Kept<Resource>& kept, wire::LevelSet levels) const {
    Resource shown;
    ASSIGN_OR_RETURN(const std::string bytes, ShownBytes(kept.row, kept.resource, levels));
    if (!shown.ParseFromString(bytes)) return absl::DataLossError("a record cannot be shown");
    return shown;
  }

  const ExchangeStore& store() const { return store_; }
  const Vault& vault() const { return vault_; }

 private:
  using Message = google::protobuf::Message;

  template <typename Resource>
  absl::StatusOr<std::optional<Kept<Resource>>> Typed(storage::ReadTransaction& tx,
                                                      absl::StatusOr<std::optional<record::Record>> row) const {
    RETURN_IF_ERROR(row.status());
    if (!row->has_value()) return std::nullopt;
    std::optional<Kept<Resource>> kept(std::in_place);
    kept->row = **std::move(row);
    RETURN_IF_ERROR(Read(tx, kept->row, &kept->resource));
    return kept;
  }
  template <typename Resource, typename Look>
  absl::StatusOr<Kept<Resource>> Needed(storage::ReadTransaction&, std::string_view name, Look look) const {
    const std::optional<std::string> id = IdOfName(KindOf<Resource>(), name);
    if (!id) return errors::NotFound(name);
    ASSIGN_OR_RETURN(std::optional<Kept<Resource>> kept, look(*id));
    if (!kept) return errors::NotFound(name);
    return *std::move(kept);
  }

  absl::Status Read(storage::ReadTransaction& tx, const record::Record& row, Message* resource) const;
  absl::Status AddRow(storage::Transaction& tx, const Author& author, std::string_view person, record::Record* row,
                      const Message& resource) const;
  absl::Status SaveRow(storage::Transaction& tx, const Author& author, std::string_view person, record::Record* row,
                       const Message& resource) const;
  absl::StatusOr<std::string> ShownBytes(const record::Record& row, const Message& resource,
                                         wire::LevelSet levels) const;

  const ExchangeStore& store_;
  const Vault& vault_;
  const wire::Tables& tables_;
};

}  // namespace schutznetz::exchange
