// Continues a chain within a group of writes: its end is read once per group and written once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/common/storage/chain.h"
#include "services/common/storage/sqlite/sqlite_connection.h"

namespace schutznetz::storage::sqlite {

// Of the writer's thread. One chain per database, though more than one object may stand for it.
class ChainWriter {
 public:
  explicit ChainWriter(Connection& connection) : connection_(connection) {}

  void BeginGroup();

  // Where the chain stands; a write that is rolled back sets it back.
  struct End {
    bool known = false;  // read in this group
    int64_t number = 0;
    std::string hash;
    size_t writes = 0;  // of this group, with lines
  };
  const End& end() const { return end_; }
  void SetBack(End end);

  // Inside the write's savepoint.
  absl::Status Append(const ChainLines& lines);
  // The last statement before COMMIT.
  absl::Status EndGroup();
  // After COMMIT.
  void Tell() const;

 private:
  struct Appended {
    const Chain* chain = nullptr;
    size_t lines = 0;
  };

  Connection& connection_;
  End end_;
  std::vector<Appended> appended_;  // by the writes of the group
};

}  // namespace schutznetz::storage::sqlite
