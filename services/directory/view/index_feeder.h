// The public search index of the view and what goes into it.
#pragma once

#include <functional>
#include <memory>
#include <vector>

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

  // Makes everything put so far part of the current index.
  void Commit();

  std::shared_ptr<const search::IndexVersion> shown() const { return shown_.current(); }

  // True when small segments should be merged. Merge does it and takes its time; thread safe.
  bool MergeDue() const { return shown_.MergeDue(); }
  void Merge() { shown_.Merge(); }

 private:
  search::IndexWriter shown_;
  search::Batch shown_batch_;
};

}  // namespace schutznetz::directory
