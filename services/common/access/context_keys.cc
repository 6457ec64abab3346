#include "services/common/access/context_keys.h"

#include <sodium.h>

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/common/encoding/base64url.h"
#include "services/common/errors/errors.h"

namespace schutznetz::access {
namespace {

constexpr size_t kKeysMax = 64;
constexpr size_t kKeysPerPairMax = 2;
constexpr size_t kIdCharsMax = 32;

bool IsId(absl::string_view text) {
  if (text.empty() || text.size() > kIdCharsMax) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

// What is wrong with the line, or nothing.
std::string ParseLine(absl::string_view line, ContextKey* key) {
  const std::vector<absl::string_view> words = absl::StrSplit(line, absl::ByAnyChar(" \t\r"), absl::SkipEmpty());
  if (words.size() != 4) return "Must hold id, from, to and secret.";
  if (!IsId(words[0])) return "The id must be 1 to 32 of A-Z a-z 0-9 . _ -";
  if (!IsId(words[1]) || !IsId(words[2]) || words[1] == words[2]) return "Must name two different programs.";
  if (!DecodeBase64Url(std::string_view(words[3].data(), words[3].size()), &key->secret))
    return "The secret must be 32 bytes in base64url without padding.";
  key->id = std::string(words[0]);
  key->from = std::string(words[1]);
  key->to = std::string(words[2]);
  return {};
}

std::string CheckAgainst(const std::vector<ContextKey>& keys, const ContextKey& added) {
  size_t of_pair = 0;
  for (const ContextKey& key : keys) {
    if (key.from != added.from || key.to != added.to) continue;
    if (key.id == added.id) return "The pair has a key of this id already.";
    ++of_pair;
  }
  if (of_pair >= kKeysPerPairMax) return "The pair has two keys already.";
  return keys.size() < kKeysMax ? "" : "Too many keys.";
}

}  // namespace

absl::StatusOr<ContextKeys> ContextKeys::Parse(std::string_view text) {
  if (sodium_init() < 0) std::abort();  // no source of random bits: nothing may go on
  ContextKeys parsed;
  int number = 0;
  for (const absl::string_view line : absl::StrSplit(absl::string_view(text.data(), text.size()), '\n')) {
    ++number;
    if (line.empty() || line.front() == '#' || line == "\r") continue;
    ContextKey key;
    std::string problem = ParseLine(line, &key);
    if (problem.empty()) problem = CheckAgainst(parsed.keys_, key);
    if (!problem.empty()) return errors::InvalidField(absl::StrCat("line ", number), problem);
    parsed.keys_.push_back(std::move(key));
  }
  return parsed;
}

const ContextKey* ContextKeys::SigningKey(std::string_view from, std::string_view to) const {
  for (const ContextKey& key : keys_) {
    if (key.from == from && key.to == to) return &key;
  }
  return nullptr;
}

std::vector<const ContextKey*> ContextKeys::KeysTo(std::string_view to) const {
  std::vector<const ContextKey*> keys;
  for (const ContextKey& key : keys_) {
    if (key.to == to) keys.push_back(&key);
  }
  return keys;
}

std::string NewContextKeyLine(std::string_view id, std::string_view from, std::string_view to) {
  if (sodium_init() < 0) std::abort();
  std::array<unsigned char, 32> secret;
  randombytes_buf(secret.data(), secret.size());
  std::string text = EncodeBase64Url(secret);
  std::string line = std::string(id) + " " + std::string(from) + " " + std::string(to) + " " + text + "\n";
  sodium_memzero(secret.data(), secret.size());
  sodium_memzero(text.data(), text.size());
  return line;
}

}  // namespace schutznetz::access
