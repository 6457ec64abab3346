// Early return on failure, for functions that return absl::Status or StatusOr.
//
//   RETURN_IF_ERROR(store.Delete(name));
//   ASSIGN_OR_RETURN(const Row row, store.Get(name));
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define SCHUTZNETZ_CONCAT_INNER(a, b) a##b
#define SCHUTZNETZ_CONCAT(a, b) SCHUTZNETZ_CONCAT_INNER(a, b)

#define RETURN_IF_ERROR(expression)                                                                       \
  do {                                                                                                    \
    if (absl::Status schutznetz_status = (expression); !schutznetz_status.ok()) return schutznetz_status; \
  } while (false)

#define SCHUTZNETZ_ASSIGN_OR_RETURN(result, declaration, expression) \
  auto result = (expression);                                        \
  if (!result.ok()) return std::move(result).status();               \
  declaration = *std::move(result)

#define ASSIGN_OR_RETURN(declaration, ...) \
  SCHUTZNETZ_ASSIGN_OR_RETURN(SCHUTZNETZ_CONCAT(schutznetz_result_, __LINE__), declaration, (__VA_ARGS__))
