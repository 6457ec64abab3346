#include "services/directory/view/index_feeder.h"

#include <utility>

#include "services/directory/view/search_fields.h"

namespace schutznetz::directory {

IndexFeeder::IndexFeeder() : shown_(ServiceIndexOptions()) {}

void IndexFeeder::Load(const std::function<bool(search::Document*)>& next) { shown_.Load(next); }

void IndexFeeder::PutShown(const std::vector<Slot>& before, std::vector<search::Document> documents) {
  shown_batch_.deleted_slots.insert(shown_batch_.deleted_slots.end(), before.begin(), before.end());
  for (search::Document& document : documents) shown_batch_.documents.push_back(std::move(document));
}

void IndexFeeder::Commit() {
  if (shown_batch_.documents.empty() && shown_batch_.deleted_slots.empty()) return;
  shown_.Apply(std::exchange(shown_batch_, {}));
}

}  // namespace schutznetz::directory
