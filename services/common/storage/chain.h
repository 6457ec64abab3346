// A log whose lines are chained: each holds its number and the hash of the line before.
//
// All writes continue the same chain, so that its end is taken at the last moment, as numbers of changes are: a write
// says what stands around number and hash, and the database puts them in when it commits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "services/common/storage/sql.h"

namespace schutznetz::storage {

// The tables of a chain. Must outlive the writes that continue it.
struct Chain {
  Sql read_end;     // SELECT number, hash of the last line (0 and what stands for it when there is none)
  Sql insert_line;  // ?1 number, ?2 line
  Sql move_end;     // ?1 number, ?2 hash
  // The three of them in PostgreSQL's SQL alone: ?1 before the number, ?2 before the hash, ?3 after it; returns the
  // number. Runs under the lock of the change log, that is, after the commit of the line before.
  Sql append;
  std::string (*hash_of)(std::string_view line) = nullptr;  // what `append` computes
  // Called after a commit, before its writes are done, with the number of its last line and how many they were. Must
  // not block. May be empty.
  std::function<void(int64_t number, size_t lines)> appended;
};

// number and hash stand between these.
struct ChainLine {
  std::string before_number;
  std::string before_hash;
  std::string end;
};

// The lines of one write. Internal to storage/.
struct ChainLines {
  const Chain* chain = nullptr;
  std::vector<ChainLine> lines;

  void Append(const Chain& to, ChainLine line) {
    chain = &to;
    lines.push_back(std::move(line));
  }
};

}  // namespace schutznetz::storage
