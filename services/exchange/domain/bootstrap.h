// The first operators, named at start: nobody else could make them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/storage/transaction.h"
#include "services/exchange/domain/grants.h"
#include "services/exchange/domain/members.h"

namespace schutznetz::exchange {

// The token subject of an operator.
struct FirstOperator {
  std::string issuer;
  std::string subject;
};

// "ISSUER SUBJECT": two texts with one space between them. INVALID_ARGUMENT otherwise.
absl::StatusOr<FirstOperator> ParseFirstOperator(std::string_view text);

// Makes members and OPERATOR grants for them, once in the life of a database; later calls change nothing. Two people
// are needed to approve a grant of an operator, so an installation names two. True when they were made.
absl::StatusOr<bool> MakeFirstOperators(storage::Transaction& tx, const Records& records, const Members& members,
                                        const Grants& grants, const std::vector<FirstOperator>& operators);

}  // namespace schutznetz::exchange
