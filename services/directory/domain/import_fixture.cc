#include "services/directory/domain/import_fixture.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "services/common/changes/change_log.h"
#include "services/common/errors/macros.h"
#include "services/common/record/record_store.h"
#include "services/common/testing/must.h"
#include "services/directory/domain/directory_rules.h"

namespace schutznetz::directory {
namespace {

using storage::ReadTransaction;
using storage::Transaction;

template <typename T>
std::map<std::string, T> All(storage::Database& database, std::string_view kind) {
  std::map<std::string, T> all;
  std::string after;
  int count = 1000;
  const auto take = [&](const record::Record& record) {
    after = record.key.id;
    if (!record.deleted()) all[record.key.id].ParseFromString(record.body);
    return absl::OkStatus();
  };
  const auto read = [&](ReadTransaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(count, record::Scan(tx, kind, std::string(after), 1000, take));
    return absl::OkStatus();
  };
  while (count == 1000) {
    if (!database.Read(read).ok()) std::abort();
  }
  return all;
}

absl::Status Nothing(const v1::Import&) { return absl::OkStatus(); }
absl::Status NothingMore(Transaction&, const v1::Import&) { return absl::OkStatus(); }

}  // namespace

Importing::Importing(storage::Engine engine) : temp_(engine, {&record::RecordMigrations(), &DirectoryMigrations()}) {}

absl::StatusOr<v1::Import> Importing::Create(v1::Import::Format format) {
  v1::Import requested;
  requested.set_format(format);
  requested.set_source("Testdaten");
  v1::Import made;
  const auto work = [&](Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(made, imports_.Create(tx, requested));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(database().WriteAndWait(work).status());
  return made;
}

absl::StatusOr<v1::Import> Importing::Append(const std::string& name, int64_t offset, std::string_view data,
                                             bool last) {
  v1::AppendImportRecordsRequest request;
  request.set_name(name);
  request.set_offset(offset);
  request.set_data(std::string(data));
  request.set_last(last);
  v1::Import import;
  const auto work = [&](Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(import, imports_.Append(tx, request));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(database().WriteAndWait(work).status());
  return import;
}

v1::Import Importing::Received(v1::Import::Format format, std::string_view file, size_t piece) {
  v1::Import import = testing::Must(Create(format));
  size_t offset = 0;
  do {
    const std::string_view data = file.substr(offset, piece);
    offset += data.size();
    import =
        testing::Must(Append(import.name(), static_cast<int64_t>(offset - data.size()), data, offset == file.size()));
  } while (offset < file.size());
  return import;
}

absl::StatusOr<v1::Import> Importing::Apply(const v1::Import& import) {
  ASSIGN_OR_RETURN(const std::string id, Imports::IdOf(import.name()));
  ASSIGN_OR_RETURN(const ImportApplier::Applied applied, applier().Apply(id, NothingMore, Nothing));
  return applied.import;
}

absl::StatusOr<v1::Import> Importing::DryRun(const v1::Import& import) {
  ASSIGN_OR_RETURN(const std::string id, Imports::IdOf(import.name()));
  return applier().DryRun(id, Nothing);
}

v1::Import Importing::Imported(v1::Import::Format format, std::string_view file) {
  return testing::Must(Apply(Received(format, file)));
}

std::map<std::string, v1::Area> Importing::Areas() { return All<v1::Area>(database(), kAreaKind); }
std::map<std::string, v1::Postcode> Importing::Postcodes() { return All<v1::Postcode>(database(), kPostcodeKind); }

int64_t Importing::ChangeCount() {
  return testing::Must(changes::HeadPosition(database(), absl::InfiniteFuture())).number;
}

std::string RegisterLine(std::string_view type, std::string_view date, std::string_view key, std::string_view name) {
  std::string line(220, ' ');
  line.replace(0, 2, type);
  line.replace(2, 8, date);
  line.replace(10, key.size(), key);
  line.replace(139, 11, "00000001000");
  const auto characters = static_cast<size_t>(
      std::count_if(name.begin(), name.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  line.replace(22, characters, name);  // columns count characters, not bytes
  return line + "\r\n";
}

std::string PostcodeLine(std::string_view code, std::string_view place, std::string_view kreis, double latitude,
                         double longitude) {
  return absl::StrCat("DE\t", std::string(code), "\t", std::string(place), "\tLand\tXX\t\t00\tKreis\t",
                      std::string(kreis), "\t", latitude, "\t", longitude, "\t4\n");
}

}  // namespace schutznetz::directory
