#include "services/directory/view/index_feeder.h"

#include <utility>

#include "services/directory/view/search_fields.h"

namespace schutznetz::directory {
namespace {

search::IndexOptions Options() {
  search::IndexOptions options;
  options.field_weights = kTextFieldWeights;
  return options;
}

bool Empty(const search::Batch& batch) { return batch.documents.empty() && batch.deleted_slots.empty(); }

}  // namespace

IndexFeeder::IndexFeeder() : shown_(Options()), full_(Options()) {}

void IndexFeeder::Load(const std::function<bool(search::Document*)>& next) { shown_.Load(next); }

void IndexFeeder::Add(const std::vector<Slot>& before, std::vector<search::Document> documents, search::Batch* batch) {
  batch->deleted_slots.insert(batch->deleted_slots.end(), before.begin(), before.end());
  for (search::Document& document : documents) batch->documents.push_back(std::move(document));
}

void IndexFeeder::PutShown(const std::vector<Slot>& before, std::vector<search::Document> documents) {
  Add(before, std::move(documents), &shown_batch_);
}

void IndexFeeder::PutFull(Slot service, std::vector<search::Document> documents) {
  std::vector<Slot> before;
  if (const auto known = full_slots_.find(service); known != full_slots_.end()) {
    before = std::move(known->second);
    full_slots_.erase(known);
  }
  for (const search::Document& document : documents) full_slots_[service].push_back(document.slot);
  Add(before, std::move(documents), &full_batch_);
}

void IndexFeeder::Commit() {
  if (!Empty(shown_batch_)) shown_.Apply(std::exchange(shown_batch_, {}));
  if (!Empty(full_batch_)) full_.Apply(std::exchange(full_batch_, {}));
}

void IndexFeeder::Merge() {
  if (shown_.MergeDue()) shown_.Merge();
  if (full_.MergeDue()) full_.Merge();
}

}  // namespace schutznetz::directory
