// Numbered, forward-only changes of a schema, in pairs: one text per engine.
//
// The texts live beside the store that owns the tables and are embedded into the binary:
//   include(Migrations)
//   schutznetz_migrations(directory_store FUNCTION schutznetz::directory::DirectoryMigrations SET directory DIR
//   migrations)
// reads migrations/{sqlite,postgres}/0001_what.sql and adds a source that defines
//   const storage::MigrationSet& schutznetz::directory::DirectoryMigrations();
// to be declared in a header of the store. Both folders must hold the same names. A released text never changes.
#pragma once

#include <string_view>

#include "absl/types/span.h"

namespace schutznetz::storage {

struct Migration {
  int number = 0;         // 1, 2, …
  std::string_view name;  // "0001_what"
  std::string_view sql;   // any number of statements, run in one transaction together with its record
};

struct MigrationSet {
  std::string_view name;  // "directory"; recorded, never changes
  absl::Span<const Migration> sqlite;
  absl::Span<const Migration> postgres;
};

}  // namespace schutznetz::storage
