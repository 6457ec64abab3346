#include "services/directory/view/own_index.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "services/common/record/rights.h"
#include "services/common/search/index_writer.h"
#include "services/directory/view/hours_table.h"
#include "services/directory/view/listing_maker.h"
#include "services/directory/view/presenting.h"
#include "services/directory/view/search_fields.h"

namespace schutznetz::directory {
namespace {

size_t LineCountOf(const Listing& listing) {
  size_t count = LineCount(listing.calls.lines.get());
  for (const ListedPlace& place : listing.places) count += LineCount(place.calls.lines.get());
  return count;
}

// Whether a caller finds nothing by the one that they would not find by the other.
bool SameFacts(const Listing& a, const Listing& b) {
  const auto same_place = [](const ListedPlace& one, const ListedPlace& other) {
    return one.placement == other.placement && one.location == other.location && one.approximate == other.approximate;
  };
  return a.documents == b.documents && LineCountOf(a) == LineCountOf(b) &&
         std::equal(a.places.begin(), a.places.end(), b.places.begin(), b.places.end(), same_place);
}

// Tells cheaply that a caller sees no more of a service than everybody. True: perhaps they do.
class Gain {
 public:
  Gain(const ViewVersion& version, const access::Caller& caller) : version_(version), caller_(caller) {}

  bool Possible(const Entry& service) const {
    if (service.deleted()) return false;
    if (!service.is_public()) return MayKnow(version_, service, caller_);
    bool possible = service.hides_lines || HidesLines(service.parents[0]);
    version_.VisitDependents(service.slot, [&](Slot dependent) {
      const Entry* placement = version_.entry(dependent);
      if (placement != nullptr && placement->kind == Kind::kServiceAtLocation) possible = possible || At(*placement);
    });
    return possible;
  }

 private:
  bool HidesLines(Slot slot) const {
    const Entry* entry = version_.entry(slot);
    return entry != nullptr && entry->hides_lines;
  }
  bool SeesAddress(const Entry& entry) const {
    return LevelsOf(version_, entry, caller_).Has(wire::Stricter(entry.own.record, entry.own.address));
  }
  bool At(const Entry& placement) const {
    if (placement.deleted()) return false;
    if (placement.hides_lines || HidesLines(placement.parents[1])) return true;
    return !placement.shows_address() &&
           (MayKnow(version_, placement, caller_) != placement.is_public() || SeesAddress(placement));
  }

  const ViewVersion& version_;
  const access::Caller& caller_;
};

}  // namespace

// The index of one kind of sight, and the work of keeping it.
class OwnIndexes::Kept {
 public:
  explicit Kept(access::Caller caller) : caller_(std::move(caller)) {}

  std::shared_ptr<const OwnIndex> At(const DirectoryView& view, const ViewReading& reading);

  uint64_t last_use = 0;  // of OwnIndexes

 private:
  void Reset(const ViewVersion& version);
  void Follow(const DirectoryView& view, const ViewVersion& version, absl::CivilDay today);
  void Refresh(const ViewVersion& version, ListingMaker& maker, Slot service);
  void Store();

  const access::Caller caller_;
  std::mutex mutex_;
  std::shared_ptr<const void> texts_;  // of the view's builder: another one numbers its slots anew
  uint64_t version_ = 0;
  HoursTable hours_;
  std::unique_ptr<search::IndexWriter> writer_;
  search::Batch batch_;
  bool changed_ = false;
  OwnIndex::Listings listings_;
  Roaring replaced_;
  absl::flat_hash_map<Slot, std::vector<Slot>> replaced_by_;  // public documents, by the service that stands in
  std::shared_ptr<const OwnIndex> current_;
};

void OwnIndexes::Kept::Reset(const ViewVersion& version) {
  texts_ = version.texts;
  version_ = 0;
  writer_ = std::make_unique<search::IndexWriter>(ServiceIndexOptions());
  batch_ = {};
  listings_.clear();
  replaced_ = Roaring();
  replaced_by_.clear();
  current_.reset();
}

void OwnIndexes::Kept::Refresh(const ViewVersion& version, ListingMaker& maker, Slot service) {
  if (const auto before = listings_.find(service); before != listings_.end()) {
    for (const Slot document : DocumentSlots(before->second.get())) batch_.deleted_slots.push_back(document);
    for (const Slot document : replaced_by_[service]) replaced_.remove(document);
    replaced_by_.erase(service);
    listings_.erase(before);
    changed_ = true;
  }
  const Entry* entry = version.entry(service);
  if (entry == nullptr || !Gain(version, caller_).Possible(*entry)) return;
  MadeListing made = maker.Make(service);
  const Listing* shown = version.listing(service);
  if (!made.listing || (shown != nullptr && SameFacts(*made.listing, *shown))) return;
  changed_ = true;
  for (search::Document& document : made.documents) batch_.documents.push_back(std::move(document));
  listings_[service] = std::move(made.listing);
  std::vector<Slot> public_documents = DocumentSlots(shown);
  for (const Slot document : public_documents) replaced_.add(document);
  replaced_by_[service] = std::move(public_documents);
}

void OwnIndexes::Kept::Store() {
  const bool first = current_ == nullptr;
  if (first) {
    size_t next = 0;
    writer_->Load([&](search::Document* document) {
      if (next == batch_.documents.size()) return false;
      *document = std::move(batch_.documents[next++]);
      return true;
    });
  } else if (changed_) {
    writer_->Apply(batch_);
    if (writer_->MergeDue()) writer_->Merge();
  }
  batch_ = {};
  auto next = first ? std::make_shared<OwnIndex>() : std::make_shared<OwnIndex>(*current_);
  next->version = version_;
  if (first || changed_) {
    next->index = writer_->current();
    next->listings = std::make_shared<const OwnIndex::Listings>(listings_);
    Roaring services;
    for (const auto& [service, listing] : listings_) services.add(service);
    next->services = std::make_shared<const Roaring>(std::move(services));
    next->replaced = std::make_shared<const Roaring>(replaced_);
  }
  changed_ = false;
  current_ = std::move(next);
}

void OwnIndexes::Kept::Follow(const DirectoryView& view, const ViewVersion& version, absl::CivilDay today) {
  const Viewer viewer{view.tables(), caller_};
  ListingMaker maker(version, today, hours_, &viewer);
  version.withheld_changes.VisitFrom(WithheldChange{version_ + 1, 0}, [&](const WithheldChange& change) {
    Refresh(version, maker, change.service);
    return true;
  });
  version_ = version.number;
  Store();
}

std::shared_ptr<const OwnIndex> OwnIndexes::Kept::At(const DirectoryView& view, const ViewReading& reading) {
  const ViewVersion& version = *reading.version;
  std::lock_guard lock(mutex_);
  if (current_ && current_->version >= version.number) return current_;
  if (texts_ != version.texts) Reset(version);
  Follow(view, version, civil::Calendar::DayOf(view.calendar().At(reading.now).day()));
  return current_;
}

OwnIndexes::OwnIndexes(const DirectoryView& view) : view_(view) {}
OwnIndexes::~OwnIndexes() = default;

std::shared_ptr<OwnIndexes::Kept> OwnIndexes::KeptFor(const access::Caller& caller) {
  std::string sight = record::SightOf(caller);
  std::lock_guard lock(mutex_);
  std::shared_ptr<Kept>& kept = kept_[sight];
  if (kept) {
    kept->last_use = ++uses_;
    return kept;
  }
  kept = std::make_shared<Kept>(caller);
  kept->last_use = ++uses_;
  const std::shared_ptr<Kept> made = kept;
  if (kept_.size() > kKeptMax) {
    kept_.erase(std::min_element(kept_.begin(), kept_.end(),
                                 [](const auto& a, const auto& b) { return a.second->last_use < b.second->last_use; }));
  }
  return made;
}

std::shared_ptr<const OwnIndex> OwnIndexes::For(const access::Caller& caller, const ViewReading& reading) {
  return KeptFor(caller)->At(view_, reading);
}

}  // namespace schutznetz::directory
