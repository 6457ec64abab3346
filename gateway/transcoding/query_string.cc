#include "gateway/transcoding/query_string.h"

#include "services/common/wire/text.h"

namespace schutznetz::gateway {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool Decode(std::string_view text, std::string* out) {
  out->reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out->push_back(text[i] == '+' ? ' ' : text[i]);
      continue;
    }
    const int high = i + 2 < text.size() ? HexValue(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? HexValue(text[i + 2]) : -1;
    if (high < 0 || low < 0) return false;
    out->push_back(static_cast<char>(high << 4 | low));
    i += 2;
  }
  return wire::CheckText(*out) != wire::TextFault::kNotUtf8;
}

}  // namespace

std::vector<QueryParameter> SplitQuery(std::string_view query) {
  std::vector<QueryParameter> parameters;
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view piece = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    if (piece.empty()) continue;
    const size_t equals = piece.find('=');
    QueryParameter& parameter = parameters.emplace_back();
    const bool name_ok = Decode(piece.substr(0, equals), &parameter.name);
    const bool value_ok = equals == std::string_view::npos || Decode(piece.substr(equals + 1), &parameter.value);
    if (!name_ok) parameter.name.clear();
    parameter.well_formed = name_ok && value_ok;
  }
  return parameters;
}

}  // namespace schutznetz::gateway
