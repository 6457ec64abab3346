// Makes versions of the catalogue. Used by one thread; MergeDue and Merge by any.
#pragma once

#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "services/common/search/index_writer.h"
#include "services/common/view/growing_set.h"
#include "services/events/domain/publication_rules.h"
#include "services/events/view/publication_version.h"

namespace schutznetz::events {

class PublicationBuilder {
 public:
  using Version = PublicationVersion;

  // `rules` must outlive it; versions are numbered after `last`.
  PublicationBuilder(const PublicationRules& rules, uint64_t last);

  // Takes a record as it is now. DATA_LOSS: its body cannot be read; it is then shown to nobody.
  absl::Status Put(const record::Record& record);

  // What was put so far, at `position`.
  std::shared_ptr<const PublicationVersion> Finish(const storage::Position& position);

  bool MergeDue() const { return index_.MergeDue(); }
  void Merge() { index_.Merge(); }

 private:
  absl::Status Fill(PublicationEntry* entry, search::Document* document) const;
  std::shared_ptr<const std::string> NameOf(const record::Record& record);
  void Replace(const PublicationEntry* before, std::shared_ptr<const PublicationEntry> after);

  const PublicationRules& rules_;
  search::IndexWriter index_;
  search::Batch batch_;
  bool loaded_ = false;
  PublicationVersion next_;
  view::WriterStamp stamp_ = 1;
  view::GrowingSet<PublicationStamp> stamps_;
  view::GrowingSet<PublicationEntered> entered_;
  absl::flat_hash_map<std::string, uint32_t> slots_;
};

}  // namespace schutznetz::events
