#include "services/common/view/search_cursor_part.h"

#include <utility>

#include "services/common/view/append_field.h"
#include "services/common/wire/codec.h"

namespace schutznetz::view {
namespace {

enum PartField { kEnded = 1, kRank = 2, kKey = 3, kName = 4, kRequired = 5, kBase = 6 };

// A sort name may be long; its beginning and the key decide where a page goes on. Kept short enough for a page token.
constexpr size_t kNameBytesMax = 300;

}  // namespace

std::string EncodeCursorPart(const SearchCursorPart& part) {
  std::string bytes;
  AppendNumber(kEnded, part.ended ? 1 : 0, &bytes);
  if (!part.after) return bytes;
  AppendNumber(kRank, part.after->rank + 1, &bytes);  // 0 means: nothing read yet
  AppendNumber(kKey, part.after->key, &bytes);
  AppendBytes(kName, std::string_view(part.after->name).substr(0, kNameBytesMax), &bytes);
  AppendNumber(kRequired, part.after->required, &bytes);
  AppendNumber(kBase, part.after->base, &bytes);
  return bytes;
}

bool DecodeCursorPart(std::string_view bytes, SearchCursorPart* part) {
  search::Cursor after;
  wire::WireReader reader(bytes);
  for (wire::WireValue value; !reader.done();) {
    if (!reader.Next(&value)) return false;
    switch (value.number) {
      case kEnded:
        part->ended = value.scalar != 0;
        break;
      case kRank:
        after.rank = value.scalar - 1;
        part->after.emplace();
        break;
      case kKey:
        after.key = value.scalar;
        break;
      case kName:
        after.name = std::string(value.bytes);
        break;
      case kRequired:
        after.required = static_cast<uint32_t>(value.scalar);
        break;
      case kBase:
        after.base = value.scalar;
        break;
      default:
        return false;
    }
  }
  if (part->after) part->after = std::move(after);
  return true;
}

}  // namespace schutznetz::view
