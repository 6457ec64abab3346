#include "gateway/filters/etag.h"

#include <openssl/sha.h>

#include "absl/strings/escaping.h"
#include "gateway/http/characters.h"

namespace schutznetz::gateway {
namespace {

constexpr std::string_view kSuffixes[] = {"-br", "-gzip"};
constexpr size_t kServerEtagSize = 16;

bool IsEtagChar(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0x21 || (byte >= 0x23 && byte != 0x7f);
}

// Cuts one tag off the list, which starts with it.
std::optional<EntityTag> NextTag(std::string_view* list) {
  EntityTag tag;
  if (list->starts_with("W/")) {
    tag.weak = true;
    list->remove_prefix(2);
  }
  if (list->empty() || list->front() != '"') return std::nullopt;
  const size_t end = list->find('"', 1);
  if (end == std::string_view::npos) return std::nullopt;
  tag.opaque = list->substr(1, end - 1);
  if (!IsOpaque(tag.opaque) && !tag.opaque.empty()) return std::nullopt;
  list->remove_prefix(end + 1);
  return tag;
}

}  // namespace

bool IsOpaque(std::string_view etag) {
  for (const char c : etag) {
    if (!IsEtagChar(c)) return false;
  }
  return !etag.empty();
}

std::optional<EntityTag> ParseEntityTag(std::string_view text) {
  text = Trim(text);
  const std::optional<EntityTag> tag = NextTag(&text);
  return text.empty() ? tag : std::nullopt;
}

bool ListMatches(std::string_view list, std::string_view etag) {
  if (Trim(list) == "*") return true;
  while (!list.empty()) {
    const char first = list.front();
    if (first == ' ' || first == '\t' || first == ',') {
      list.remove_prefix(1);
      continue;
    }
    const std::optional<EntityTag> tag = NextTag(&list);
    if (!tag.has_value()) return false;
    if (tag->opaque == etag) return true;
    for (const std::string_view suffix : kSuffixes) {
      const bool coded = tag->opaque.size() == etag.size() + suffix.size() && tag->opaque.ends_with(suffix);
      if (coded && tag->opaque.starts_with(etag)) return true;
    }
  }
  return false;
}

std::string WithSuffix(std::string_view quoted, Coding coding) {
  std::string coded(quoted.substr(0, quoted.size() - 1));
  coded += coding == Coding::kBrotli ? kSuffixes[0] : kSuffixes[1];
  return coded + '"';
}

std::string_view WithoutSuffix(std::string_view opaque) {
  for (const std::string_view suffix : kSuffixes) {
    if (opaque.ends_with(suffix) && opaque.size() >= kServerEtagSize + suffix.size()) {
      return opaque.substr(0, opaque.size() - suffix.size());
    }
  }
  return opaque;
}

std::string HashEtag(std::string_view body) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest);
  constexpr size_t kKept = 16;
  const std::string encoded = absl::WebSafeBase64Escape({reinterpret_cast<const char*>(digest), kKept});
  return encoded;
}

}  // namespace schutznetz::gateway
