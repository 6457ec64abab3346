#include "services/directory/domain/import_content.h"

#include <utility>

#include "services/directory/errors.h"
#include "services/directory/imports/postcode_book.h"

namespace schutznetz::directory {
namespace {

// Places of one postcode; the real file has 38 at most. Joining is quadratic in them.
constexpr int kPartsMax = 1000;

}  // namespace

void ImportContent::Count() {
  if (++count_ > kImportRecordsMax && status_.ok()) status_ = ImportTooManyRecords(count_);
}

void ImportContent::OnArea(const v1::Area& area, std::string_view as_of) {
  Count();
  if (!status_.ok()) return;
  if (as_of > as_of_) as_of_ = as_of;
  areas_[area.key()] = area;
}

void ImportContent::OnPostcode(const v1::Postcode& postcode) {
  Count();
  if (!status_.ok()) return;
  const auto [at, is_new] = postcodes_.try_emplace(postcode.code(), postcode);
  if (is_new) return;
  MergePostcode(postcode, at->second);
  if (at->second.parts_size() > kPartsMax) status_ = ImportTooManyRecords(count_);
}

std::vector<v1::Area> ImportContent::TakeAreas() {
  std::vector<v1::Area> list;
  list.reserve(areas_.size());
  for (auto& [key, area] : areas_) list.push_back(std::move(area));
  areas_.clear();
  return list;
}

std::vector<v1::Postcode> ImportContent::TakePostcodes() {
  std::vector<v1::Postcode> list;
  list.reserve(postcodes_.size());
  for (auto& [code, postcode] : postcodes_) list.push_back(std::move(postcode));
  postcodes_.clear();
  return list;
}

}  // namespace schutznetz::directory
