#include "cli/json_text.h"

#include <cstdio>

namespace schutznetz::cli {
namespace {

void AppendQuoted(std::string_view text, std::string* out) {
  out->push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out->push_back('\\');
      out->push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned char>(c));
      out->append(escaped);
    } else {
      out->push_back(c);
    }
  }
  out->push_back('"');
}

}  // namespace

void Json::Name(std::string_view name) {
  if (!members_.empty()) members_.push_back(',');
  AppendQuoted(name, &members_);
  members_.push_back(':');
}

Json& Json::Text(std::string_view name, std::string_view value) {
  if (value.empty()) return *this;
  Name(name);
  AppendQuoted(value, &members_);
  return *this;
}

Json& Json::Texts(std::string_view name, const std::vector<std::string>& values, std::string_view prefix) {
  if (values.empty()) return *this;
  Name(name);
  members_.push_back('[');
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0) members_.push_back(',');
    const bool has_prefix = values[i].starts_with(prefix);
    AppendQuoted(has_prefix ? values[i] : std::string(prefix) + values[i], &members_);
  }
  members_.push_back(']');
  return *this;
}

Json& Json::Raw(std::string_view name, std::string_view json) {
  Name(name);
  members_.append(json);
  return *this;
}

}  // namespace schutznetz::cli
