#include "services/directory/view/search_cursor.h"

#include "services/common/view/append_field.h"
#include "services/common/wire/codec.h"

namespace schutznetz::directory {
namespace {

using view::AppendBytes;
using view::AppendNumber;

enum CursorField { kByKreis = 1, kKreis = 2, kShown = 3, kOwn = 4 };
enum PartField { kEnded = 1, kRank = 2, kKey = 3, kName = 4, kRequired = 5, kBase = 6 };

// A sort name may be long; its beginning and the key decide where a page goes on. Kept short enough for a page token.
constexpr size_t kNameBytesMax = 300;

std::string EncodePart(const SearchCursor::Part& part) {
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

bool DecodePart(std::string_view bytes, SearchCursor::Part* part) {
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

}  // namespace

std::string SearchCursor::Encode() const {
  std::string bytes;
  AppendNumber(kByKreis, by_kreis ? 1 : 0, &bytes);
  AppendNumber(kKreis, kreis, &bytes);
  AppendBytes(kShown, EncodePart(shown), &bytes);
  AppendBytes(kOwn, EncodePart(own), &bytes);
  return bytes;
}

std::optional<SearchCursor> SearchCursor::Decode(std::string_view bytes) {
  SearchCursor cursor;
  wire::WireReader reader(bytes);
  for (wire::WireValue value; !reader.done();) {
    if (!reader.Next(&value)) return std::nullopt;
    switch (value.number) {
      case kByKreis:
        cursor.by_kreis = value.scalar != 0;
        break;
      case kKreis:
        cursor.kreis = static_cast<uint32_t>(value.scalar);
        break;
      case kShown:
        if (!DecodePart(value.bytes, &cursor.shown)) return std::nullopt;
        break;
      case kOwn:
        if (!DecodePart(value.bytes, &cursor.own)) return std::nullopt;
        break;
      default:
        return std::nullopt;
    }
  }
  return cursor;
}

}  // namespace schutznetz::directory
