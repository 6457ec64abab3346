#include "services/common/record/random_id.h"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace schutznetz::record {
namespace {

constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
constexpr size_t kRandomChars = 26;

}  // namespace

std::string NewRandomId() {
  std::array<unsigned char, kRandomChars> bytes;
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) std::abort();  // a guessable id is worse than none
  std::string id = "r";
  for (unsigned char byte : bytes) id.push_back(kAlphabet[byte % kAlphabet.size()]);
  return id;
}

bool LooksRandom(std::string_view id) {
  return id.size() >= kRandomChars &&
         std::all_of(id.begin(), id.end(), [](char c) { return kAlphabet.find(c) != std::string_view::npos; });
}

}  // namespace schutznetz::record
