#include "services/directory/view/search_cursor.h"

#include "services/common/view/append_field.h"
#include "services/common/wire/codec.h"

namespace schutznetz::directory {
namespace {

using view::AppendBytes;
using view::AppendNumber;

enum CursorField { kByKreis = 1, kKreis = 2, kShown = 3, kOwn = 4 };

}  // namespace

std::string SearchCursor::Encode() const {
  std::string bytes;
  AppendNumber(kByKreis, by_kreis ? 1 : 0, &bytes);
  AppendNumber(kKreis, kreis, &bytes);
  AppendBytes(kShown, view::EncodeCursorPart(shown), &bytes);
  AppendBytes(kOwn, view::EncodeCursorPart(own), &bytes);
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
        if (!view::DecodeCursorPart(value.bytes, &cursor.shown)) return std::nullopt;
        break;
      case kOwn:
        if (!view::DecodeCursorPart(value.bytes, &cursor.own)) return std::nullopt;
        break;
      default:
        return std::nullopt;
    }
  }
  return cursor;
}

}  // namespace schutznetz::directory
