// Where the next page of a search begins, as it travels inside a page token.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/common/view/search_cursor_part.h"

namespace schutznetz::directory {

struct SearchCursor {
  using Part = view::SearchCursorPart;

  // The page was ordered by the centres of the Kreise, because the view may be out of date.
  bool by_kreis = false;
  uint32_t kreis = 0;  // how many of them are done
  Part shown;
  Part own;

  std::string Encode() const;
  // Nothing for bytes that Encode did not make.
  static std::optional<SearchCursor> Decode(std::string_view bytes);
};

}  // namespace schutznetz::directory
