#include "services/common/record/checks.h"

#include <set>

#include "absl/strings/ascii.h"
#include "services/common/rpc/formats.h"

namespace schutznetz::record {
namespace {

constexpr std::string_view kLandPrefix = "lands/";

std::string Folded(std::string_view text) { return absl::AsciiStrToLower({text.data(), text.size()}); }

}  // namespace

std::string At(std::string_view path, int index) { return std::string(path) + "[" + std::to_string(index) + "]"; }

void CheckText(std::string_view path, const common::v1::LocalizedText& text, Violations* violations) {
  std::set<std::string> seen;
  for (int i = 0; i < text.translations_size(); ++i) {
    if (seen.insert(Folded(text.translations(i).language_code())).second) continue;
    violations->push_back({At(std::string(path) + ".translations", i) + ".languageCode",
                           "The language has a text already: each language once."});
  }
}

void CheckUnique(std::string_view path, const Texts& values, bool fold, Violations* violations) {
  std::set<std::string> seen;
  for (int i = 0; i < values.size(); ++i) {
    if (values[i].empty()) {
      violations->push_back({At(path, i), "Must not be empty."});
    } else if (!seen.insert(fold ? Folded(values[i]) : values[i]).second) {
      violations->push_back({At(path, i), "Is in the list already: each value once."});
    }
  }
}

void CheckUnique(std::string_view path, const google::protobuf::RepeatedField<int>& values, Violations* violations) {
  std::set<int> seen;
  for (int i = 0; i < values.size(); ++i) {
    if (values[i] == 0) {
      violations->push_back({At(path, i), "Must be one of the values of the list, not the unspecified one."});
    } else if (!seen.insert(values[i]).second) {
      violations->push_back({At(path, i), "Is in the list already: each value once."});
    }
  }
}

void CheckLand(std::string_view path, std::string_view land, Violations* violations) {
  if (land.empty()) return;
  if (land.starts_with(kLandPrefix) && rpc::IsLandCode(land.substr(kLandPrefix.size()))) return;
  violations->push_back({std::string(path), "Must be one of the sixteen Länder, for example \"lands/DE-NW\"."});
}

void CheckValidity(std::string_view path, std::string_view from, std::string_view to, Violations* violations) {
  if (from.empty() || to.empty() || from <= to) return;
  violations->push_back({std::string(path) + ".validTo", "Must not be before the first day."});
}

}  // namespace schutznetz::record
