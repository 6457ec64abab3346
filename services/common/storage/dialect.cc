#include "services/common/storage/dialect.h"

#include <array>
#include <cctype>
#include <cstddef>

namespace schutznetz::storage {
namespace {

constexpr std::array<std::string_view, 4> kPostgresOnly = {" COLLATE \"C\"", " FOR UPDATE", " FOR SHARE",
                                                           " SKIP LOCKED"};

bool IsWordCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// The PostgreSQL-only words at the start of `rest`, or empty.
std::string_view DroppedAt(std::string_view rest) {
  for (const std::string_view words : kPostgresOnly) {
    if (rest.starts_with(words) && (rest.size() == words.size() || !IsWordCharacter(rest[words.size()]))) return words;
  }
  return {};
}

// The length of the quoted text that starts at rest[0], quotes included.
size_t QuotedLength(std::string_view rest) {
  const size_t end = rest.find(rest[0], 1);
  return end == std::string_view::npos ? rest.size() : end + 1;
}

}  // namespace

std::string ForPostgres(std::string_view sql) {
  std::string out;
  out.reserve(sql.size());
  for (size_t i = 0; i < sql.size();) {
    const size_t length = sql[i] == '\'' || sql[i] == '"' ? QuotedLength(sql.substr(i)) : 1;
    if (length == 1 && sql[i] == '?') {
      out.push_back('$');
    } else {
      out.append(sql.substr(i, length));
    }
    i += length;
  }
  return out;
}

std::string ForSqlite(std::string_view sql) {
  std::string out;
  out.reserve(sql.size());
  for (size_t i = 0; i < sql.size();) {
    if (const std::string_view dropped = DroppedAt(sql.substr(i)); !dropped.empty()) {
      i += dropped.size();
      continue;
    }
    const size_t length = sql[i] == '\'' ? QuotedLength(sql.substr(i)) : 1;
    out.append(sql.substr(i, length));
    i += length;
  }
  return out;
}

}  // namespace schutznetz::storage
