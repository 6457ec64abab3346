#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "services/common/search/document.h"
#include "services/common/search/index_version.h"

namespace schutznetz::search {

// Changes that become visible together. Deletions are taken first, so a batch may delete a slot and add it anew.
struct Batch {
  std::vector<Document> documents;      // of two with one slot the later counts
  std::vector<uint32_t> deleted_slots;  // unknown ones are ignored
};

// Makes versions. Thread safe; readers never wait for it.
//
// Segments stand in three tiers: one base, at most one middle, and a delta of a few small segments that Apply keeps
// merged. Apply does bounded work (a document costs about 0.1 ms, the largest merge inside it holds delta_documents).
// Folding the delta into the middle or everything into a new base is Merge(): the caller runs it on a thread of its
// own choosing whenever MergeDue() says so. It works on immutable segments and holds the lock only to begin and to
// install the outcome; Apply goes on meanwhile.
class IndexWriter {
 public:
  explicit IndexWriter(IndexOptions options);
  ~IndexWriter();
  IndexWriter(const IndexWriter&) = delete;
  IndexWriter& operator=(const IndexWriter&) = delete;

  // The newest version; never null.
  std::shared_ptr<const IndexVersion> current() const;

  // Replaces the whole content by what `next` yields until it returns false, as a new base. For the start: what Apply
  // changes meanwhile is replaced too.
  std::shared_ptr<const IndexVersion> Load(const std::function<bool(Document*)>& next);

  std::shared_ptr<const IndexVersion> Apply(const Batch& batch);

  // True when the delta is full, or a base would be worth rebuilding (others hold a quarter of it, or a quarter of it
  // is deleted).
  bool MergeDue() const;

  // Does what is due; returns the current version if nothing is. A second call at the same time waits for the first.
  std::shared_ptr<const IndexVersion> Merge();

  // Rebuilds the base now, whatever is due: fresh statistics and compound parts.
  std::shared_ptr<const IndexVersion> Rebuild();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace schutznetz::search
