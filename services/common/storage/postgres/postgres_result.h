// Binary results and parameters of PostgreSQL.
#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/common/storage/transaction.h"

namespace schutznetz::storage::postgres {

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ClearResult>;

// Calls `row` for each row. A refusal ends it and is put into `refusal`; INTERNAL when a column was misread.
absl::Status ForEachRow(const PGresult* result, RowCallback row, absl::Status& refusal);

// Rows touched by an INSERT, UPDATE or DELETE; 0 for other commands.
int64_t AffectedRows(PGresult* result);

// Values in the layout libpq takes. Integers travel as BIGINT, so that a column's own type never matters.
class Parameters {
 public:
  explicit Parameters(Values values);
  Parameters(const Parameters&) = delete;
  Parameters& operator=(const Parameters&) = delete;

  int count() const { return static_cast<int>(types_.size()); }
  const Oid* types() const { return types_.data(); }
  const char* const* data() const { return data_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }
  // One letter per value: a statement is prepared once for each combination of types.
  const std::string& signature() const { return signature_; }

 private:
  void Add(Oid type, char letter, const char* data, size_t length);

  std::vector<uint64_t> numbers_;  // in network byte order; reserved up front, data_ points into it
  std::vector<Oid> types_;
  std::vector<const char*> data_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
  std::string signature_;
};

}  // namespace schutznetz::storage::postgres
