// Makes versions of the view: takes stored records and works out everything that follows from them.
//
//   RETURN_IF_ERROR(builder.Put(record));   // a deleted record too: deletion is a state
//   ASSIGN_OR_RETURN(std::shared_ptr<const ViewVersion> next, builder.Finish(position));
//
// A record changes what its children inherit, what is shown of records that refer to it, the listings of services and
// the documents of the search indexes; Finish follows these edges, so that a version advanced by changes equals one
// that was built anew from the same records.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "services/common/record/record.h"
#include "services/common/record/resource_rules.h"
#include "services/common/view/growing_set.h"
#include "services/directory/view/document_pipe.h"
#include "services/directory/view/hours_table.h"
#include "services/directory/view/index_feeder.h"
#include "services/directory/view/list_sets.h"
#include "services/directory/view/listing_maker.h"
#include "services/directory/view/presenting.h"
#include "services/directory/view/text_arena.h"
#include "services/directory/view/view_version.h"

namespace schutznetz::directory {

// Used by one thread. The versions it makes live on their own.
class VersionBuilder {
 public:
  using Version = ViewVersion;

  explicit VersionBuilder(const record::RuleSet& rules);

  // Takes what is stored of a record. DATA_LOSS: the body is no message of its kind; the record is then treated as one
  // that nobody may see.
  absl::Status Put(const record::Record& record);

  // From now on places mean this. `today` decides which areas lie in which.
  void SetPlaces(std::shared_ptr<const PlaceResolver> places, absl::CivilDay today);

  // Numbers of versions go on after that of an earlier builder.
  void NumberAfter(uint64_t last) { next_.number = last; }

  // The day may have changed since then.
  void SetDay(absl::CivilDay today) { today_ = today; }

  // The next version. An error loses nothing: the next call tries again.
  absl::StatusOr<std::shared_ptr<const ViewVersion>> Finish(storage::Position position);

  // Merges what is due; takes its time, thread safe. A Finish afterwards makes a version with the outcome.
  bool MergeDue() const { return indexes_.MergeDue(); }
  void Merge() { indexes_.Merge(); }

 private:
  Slot SlotOf(std::string_view name);
  std::vector<Slot> SlotsOf(const std::vector<std::string>& names);
  void Connect(const Entry* before, const Entry& after);
  absl::Status RefreshAll();
  absl::Status Refresh(Slot slot);
  absl::Status Show(Entry& entry);
  static void Hide(Entry& entry);
  wire::Floors FloorsFrom(const Entry& entry) const;
  void Follow(const Entry* before, const Entry& after);

  void LoadListings();
  void MakeDocuments(DocumentPipe& pipe);
  void RefreshListings();
  void RefreshListing(Slot slot, ListingMaker& shown);
  void NoteWithheld(Slot slot);
  bool WithholdsFacts(const Entry& service) const;
  void InstallListing(Slot slot, std::shared_ptr<const Listing> listing);
  void InstallAreas(const Listing* before, const Listing* after);
  void NoteForLadders(const Listing* listing);
  void InstallSets(Slot slot, const Listing* before, const Listing* after);
  std::string_view KeepKey(const std::string& key);
  void CopySets();

  const KindTables tables_;
  const std::shared_ptr<TextArena> texts_;
  ViewVersion next_;  // what the next version will be
  WriterStamp stamp_ = 1;
  bool loaded_ = false;
  absl::CivilDay today_;
  absl::flat_hash_map<std::string_view, Slot> slots_;
  absl::flat_hash_set<std::string_view> keys_;  // of areas
  HoursTable hours_;
  ListSets lists_;
  view::GrowingSet<NameSlot> names_;
  view::GrowingSet<Dependent> dependents_;
  view::GrowingSet<Competence> competences_;
  view::GrowingSet<Verified> verified_;
  view::GrowingSet<WithheldChange> withheld_changes_;
  absl::flat_hash_map<Slot, uint64_t> withheld_;  // its items by service
  DocumentSets document_sets_;
  bool document_sets_changed_ = true;
  LadderChanges ladder_changes_;
  bool ladder_changed_ = true;
  IndexFeeder indexes_;
  absl::flat_hash_map<Slot, std::shared_ptr<Entry>> fresh_;  // put, not yet shown
  std::array<absl::flat_hash_set<Slot>, kKindCount> stale_;  // to be shown anew, by kind
  absl::flat_hash_set<Slot> stale_listings_;
};

}  // namespace schutznetz::directory
