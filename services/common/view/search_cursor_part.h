// Where the next page goes on in one index, as it travels inside a page token.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/common/search/query.h"

namespace schutznetz::view {

// Of one index: nothing read yet, behind a hit, or at its end.
struct SearchCursorPart {
  std::optional<search::Cursor> after;
  bool ended = false;
};

std::string EncodeCursorPart(const SearchCursorPart& part);
// False for bytes that EncodeCursorPart did not make.
bool DecodeCursorPart(std::string_view bytes, SearchCursorPart* part);

}  // namespace schutznetz::view
