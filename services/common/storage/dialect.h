// The two readings of one SQL text (sql.h). Internal to storage/.
#pragma once

#include <string>
#include <string_view>

namespace schutznetz::storage {

// ?1 becomes $1. Text in quotes is left alone.
std::string ForPostgres(std::string_view sql);

// COLLATE "C", FOR UPDATE, FOR SHARE and a SKIP LOCKED after them are dropped, in capitals as written here. Text in
// single quotes is left alone.
std::string ForSqlite(std::string_view sql);

}  // namespace schutznetz::storage
