#include "services/events/domain/manage_link.h"

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/common/access/api_key.h"
#include "services/common/record/random_id.h"

namespace schutznetz::events {
namespace {

constexpr char kPurpose[] = "manage-link/";

std::string Signed(const personal::Pepper& pepper, const std::string& text) { return pepper.OfText(kPurpose, text); }

}  // namespace

std::string ManageToken(const personal::Pepper& pepper, const ManageLink& link) {
  const std::string text = absl::StrCat(link.registration, "_", link.number);
  return absl::StrCat("snm_", text, "_", Signed(pepper, text));
}

std::optional<ManageLink> ReadManageToken(const personal::Pepper& pepper, std::string_view token) {
  const std::vector<std::string> parts = absl::StrSplit(absl::string_view(token.data(), token.size()), '_');
  ManageLink link;
  if (parts.size() != 4 || parts[0] != "snm" || !record::LooksRandom(parts[1])) return std::nullopt;
  if (!absl::SimpleAtoi(parts[2], &link.number) || link.number < 1) return std::nullopt;
  if (!access::DigestsEqual(parts[3], Signed(pepper, parts[1] + "_" + parts[2]))) return std::nullopt;
  link.registration = parts[1];
  return link;
}

}  // namespace schutznetz::events
