// The two search indexes of the view and what goes into them.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/common/search/index_writer.h"
#include "services/directory/view/kinds.h"
#include "services/directory/view/view_version.h"

namespace schutznetz::directory {

// Used by the one thread that makes versions; Merge by any.
class IndexFeeder {
 public:
  IndexFeeder();

  // Replaces the public index by what `next` yields. For the first version.
  void Load(const std::function<bool(search::Document*)>& next);

  // The documents of a service from now on; none: it cannot be found. Their slots replace those of `before`.
  void PutShown(const std::vector<Slot>& before, std::vector<search::Document> documents);
  void PutFull(Slot service, std::vector<search::Document> documents);
  bool HasFull(Slot service) const { return full_slots_.contains(service); }

  // Makes everything put so far part of the current indexes.
  void Commit();

  std::shared_ptr<const search::IndexVersion> shown() const { return shown_.current(); }
  std::shared_ptr<const search::IndexVersion> full() const { return full_.current(); }

  // True when small segments should be merged. Merge does it and takes its time; thread safe.
  bool MergeDue() const { return shown_.MergeDue() || full_.MergeDue(); }
  void Merge();

 private:
  static void Add(const std::vector<Slot>& before, std::vector<search::Document> documents, search::Batch* batch);

  search::IndexWriter shown_;
  search::IndexWriter full_;
  search::Batch shown_batch_;
  search::Batch full_batch_;
  absl::flat_hash_map<Slot, std::vector<Slot>> full_slots_;  // documents by service
};

}  // namespace schutznetz::directory
