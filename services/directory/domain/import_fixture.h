// A database with imports around it, and files to import. Tests only.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "services/common/storage/database.h"
#include "services/common/testing/temp_database.h"
#include "services/directory/domain/import_applier.h"
#include "services/directory/domain/imports.h"
#include "services/directory/store/sql_import_store.h"

namespace schutznetz::directory {

constexpr auto kPostcodeFile = v1::Import::GEONAMES_POSTCODES;

class Importing {
 public:
  explicit Importing(storage::Engine engine);

  storage::Database& database() { return temp_.database(); }
  void Reopen() { temp_.Reopen(); }
  const ImportStore& store() const { return store_; }
  const Imports& imports() const { return imports_; }
  ImportApplier applier() { return ImportApplier(database(), store_); }

  absl::StatusOr<v1::Import> Create(v1::Import::Format format);
  absl::StatusOr<v1::Import> Append(const std::string& name, int64_t offset, std::string_view data, bool last);
  // Creates an import and appends the whole file in pieces of `piece` bytes.
  v1::Import Received(v1::Import::Format format, std::string_view file, size_t piece = 100'000);
  absl::StatusOr<v1::Import> Apply(const v1::Import& import);
  absl::StatusOr<v1::Import> DryRun(const v1::Import& import);
  // Received and applied.
  v1::Import Imported(v1::Import::Format format, std::string_view file);

  // Live records by id.
  std::map<std::string, v1::Area> Areas();
  std::map<std::string, v1::Postcode> Postcodes();
  int64_t ChangeCount();

 private:
  testing::TempDatabase temp_;
  const SqlImportStore store_;
  const Imports imports_{store_};
};

// A line of a register, for example Area("40", "20231130", "05515", "Münster, Stadt").
std::string RegisterLine(std::string_view type, std::string_view date, std::string_view key, std::string_view name);
// A line of a postcode file.
std::string PostcodeLine(std::string_view code, std::string_view place, std::string_view kreis, double latitude,
                         double longitude);

}  // namespace schutznetz::directory
