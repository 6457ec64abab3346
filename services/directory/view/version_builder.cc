#include "services/directory/view/version_builder.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/common/errors/macros.h"
#include "services/directory/view/entry_reader.h"

namespace schutznetz::directory {
namespace {

constexpr std::string_view kCollections[kKindCount] = {"organizations/", "networks/", "locations/", "services/",
                                                       "serviceAtLocations/"};

bool SameFloors(const wire::Floors& a, const wire::Floors& b) { return a.record == b.record && a.address == b.address; }

// Everything that others see of a record or inherit from it.
bool SameToOthers(const Entry& a, const Entry& b) {
  return a.shown == b.shown && a.Body() == b.Body() && a.deleted() == b.deleted() && SameFloors(a.own, b.own);
}

void KeepBody(std::string body, Entry& entry) {
  if (std::string_view(entry.shown).starts_with(body)) {
    entry.shared_body_bytes = body.size();
    entry.kept_body = std::string();
  } else {
    entry.kept_body = std::move(body);
    entry.kept_body.shrink_to_fit();
  }
}

}  // namespace

VersionBuilder::VersionBuilder(const record::RuleSet& rules) : tables_(rules), texts_(std::make_shared<TextArena>()) {
  next_.texts = texts_;
}

Slot VersionBuilder::SlotOf(std::string_view name) {
  if (const auto known = slots_.find(name); known != slots_.end()) return known->second;
  const Slot slot = static_cast<Slot>(slots_.size());
  slots_.emplace(texts_->Keep(name), slot);
  names_.Insert(stamp_, NameSlot{HashOfName(name), slot});
  return slot;
}

std::vector<Slot> VersionBuilder::SlotsOf(const std::vector<std::string>& names) {
  std::vector<Slot> slots;
  for (const std::string& name : names) slots.push_back(SlotOf(name));
  return slots;
}

absl::Status VersionBuilder::Put(const record::Record& record) {
  const std::optional<Kind> kind = KindNamed(record.key.kind);
  if (!kind) return absl::OkStatus();
  const std::string name = absl::StrCat(std::string(kCollections[IndexOf(*kind)]), record.key.id);
  const Slot slot = SlotOf(name);
  ASSIGN_OR_RETURN(const Belonging belonging, ReadBelonging(*kind, record.body));
  auto entry = std::make_shared<Entry>();
  entry->kind = *kind;
  entry->slot = slot;
  entry->name = slots_.find(name)->first;
  const std::vector<Slot> parents = SlotsOf(belonging.parents);
  std::copy_n(parents.begin(), std::min(parents.size(), entry->parents.size()), entry->parents.begin());
  entry->references = SlotsOf(belonging.references);
  entry->lands = belonging.lands;
  entry->authority = belonging.authority;
  entry->kreis_key = belonging.kreis_key;
  entry->create_us = record.create_us;
  entry->update_us = record.update_us;
  entry->public_update_us = record.public_update_us;
  entry->delete_us = record.delete_us;
  entry->kept_body = record.body;
  Connect(next_.entry(slot), *entry);
  fresh_[slot] = std::move(entry);
  stale_[IndexOf(*kind)].insert(slot);
  return absl::OkStatus();
}

void VersionBuilder::Connect(const Entry* before, const Entry& after) {
  const auto edges_of = [](const Entry& entry) {
    std::vector<Slot> edges = entry.references;
    for (const Slot parent : entry.parents) {
      if (parent != kNoSlot) edges.push_back(parent);
    }
    std::sort(edges.begin(), edges.end());
    return edges;
  };
  // A record that was put twice before Finish: the edges of the first time.
  const auto waiting = fresh_.find(after.slot);
  if (waiting != fresh_.end()) before = waiting->second.get();
  const std::vector<Slot> now = edges_of(after);
  if (before != nullptr) {
    const std::vector<Slot> then = edges_of(*before);
    if (then == now) return;
    for (const Slot on : then) dependents_.Erase(stamp_, {on, after.slot});
  }
  for (const Slot on : now) dependents_.Insert(stamp_, {on, after.slot});
}

void VersionBuilder::SetPlaces(std::shared_ptr<const PlaceResolver> places, absl::CivilDay today) {
  next_.places = std::move(places);
  today_ = today;
  ladder_changes_.places = next_.number + 1;
  ladder_changed_ = true;
  next_.listings.VisitAll([&](Slot slot, const Listing&) { stale_listings_.insert(slot); });
}

// A parent that is not there (yet), or deleted, hides its children: nothing is shown that nobody vouches for.
wire::Floors VersionBuilder::FloorsFrom(const Entry& entry) const {
  wire::Floors floors;
  for (const Slot slot : entry.parents) {
    if (slot == kNoSlot) continue;
    const Entry* parent = next_.entry(slot);
    const bool gone = parent == nullptr || parent->deleted();
    floors = record::Stricter(floors, gone ? wire::Floors{common::v1::PROTECTED, common::v1::PROTECTED} : parent->own);
  }
  return floors;
}

// What follows from the record and its parents.
absl::Status VersionBuilder::Show(Entry& entry) {
  std::string body(entry.Body());
  entry.inherited = FloorsFrom(entry);
  ASSIGN_OR_RETURN(entry.own, wire::FloorsOf(tables_.Of(entry.kind), body, entry.inherited));
  ASSIGN_OR_RETURN(record::Presented presented, PresentToAll(next_, tables_, entry, entry.inherited));
  presented.bytes.shrink_to_fit();
  entry.shown = std::move(presented.bytes);
  KeepBody(std::move(body), entry);
  ASSIGN_OR_RETURN(ShownFacts facts, entry.is_public() ? ReadShown(entry.kind, entry.shown, hours_) : ShownFacts());
  entry.calls = std::move(facts.calls);
  entry.place = std::move(facts.place);
  entry.hides_lines = false;
  if (!entry.is_public() || entry.kept_body.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const ShownFacts whole, ReadShown(entry.kind, entry.kept_body, hours_));
  entry.hides_lines = LineCount(whole.calls.get()) != LineCount(entry.calls.get());
  return absl::OkStatus();
}

// A body that cannot be read is shown to nobody, nor is what belongs to it.
void VersionBuilder::Hide(Entry& entry) {
  std::string body(entry.Body());
  entry.own = {common::v1::PROTECTED, common::v1::PROTECTED};
  entry.shown.clear();
  entry.calls = nullptr;
  entry.place = nullptr;
  entry.hides_lines = false;
  KeepBody(std::move(body), entry);
}

absl::Status VersionBuilder::Refresh(Slot slot) {
  const std::shared_ptr<const Entry> before = next_.entries.Share(slot);
  std::shared_ptr<Entry> after;
  if (const auto fresh = fresh_.find(slot); fresh != fresh_.end()) {
    after = fresh->second;
  } else if (before) {
    after = std::make_shared<Entry>(*before);
  } else {
    return absl::OkStatus();  // referred to, never seen
  }
  const absl::Status status = Show(*after);
  if (!status.ok() && !absl::IsDataLoss(status)) return status;
  if (!status.ok()) Hide(*after);
  lists_.Replace(stamp_, before.get(), *after);
  next_.entries.Set(stamp_, slot, after);
  fresh_.erase(slot);
  Follow(before.get(), *after);
  return absl::OkStatus();
}

// Marks what is made from this record.
void VersionBuilder::Follow(const Entry* before, const Entry& after) {
  if (before != nullptr && SameToOthers(*before, after)) return;
  const bool inherits = before == nullptr || before->is_public() != after.is_public() ||
                        before->deleted() != after.deleted() || !SameFloors(before->own, after.own);
  next_.VisitDependents(after.slot, [&](Slot dependent) {
    const Entry* entry = next_.entry(dependent);
    const auto fresh = fresh_.find(dependent);
    if (entry == nullptr && fresh != fresh_.end()) entry = fresh->second.get();
    if (entry == nullptr) return;
    if (inherits) stale_[IndexOf(entry->kind)].insert(dependent);
    if (after.kind == Kind::kOrganization && entry->kind == Kind::kService) stale_listings_.insert(dependent);
    if (after.kind == Kind::kLocation) stale_listings_.insert(entry->parents[0]);
  });
  if (after.kind == Kind::kService) stale_listings_.insert(after.slot);
  if (after.kind == Kind::kServiceAtLocation) {
    stale_listings_.insert(after.parents[0]);
    if (before != nullptr) stale_listings_.insert(before->parents[0]);
  }
}

// Kind by kind: a record of a later kind is made from those of earlier ones.
absl::Status VersionBuilder::RefreshAll() {
  next_.dependents = dependents_.set();
  for (absl::flat_hash_set<Slot>& slots : stale_) {
    // In the order of the slots, so that equal content gives equal versions whatever the order of the changes.
    std::vector<Slot> ordered(slots.begin(), slots.end());
    std::sort(ordered.begin(), ordered.end());
    for (const Slot slot : ordered) {
      RETURN_IF_ERROR(Refresh(slot));
      slots.erase(slot);
    }
  }
  return absl::OkStatus();
}

void VersionBuilder::CopySets() {
  next_.names = names_.set();
  next_.dependents = dependents_.set();
  next_.competences = competences_.set();
  next_.verified = verified_.set();
  next_.withheld_changes = withheld_changes_.set();
  lists_.CopyTo(next_);
  if (document_sets_changed_) next_.document_sets = std::make_shared<const DocumentSets>(document_sets_);
  document_sets_changed_ = false;
  if (ladder_changed_) next_.ladder_changes = std::make_shared<const LadderChanges>(ladder_changes_);
  ladder_changed_ = false;
  next_.shown_index = indexes_.shown();
}

absl::StatusOr<std::shared_ptr<const ViewVersion>> VersionBuilder::Finish(storage::Position position) {
  RETURN_IF_ERROR(RefreshAll());
  if (loaded_) {
    RefreshListings();
  } else {
    LoadListings();
  }
  loaded_ = true;
  CopySets();
  ++next_.number;
  next_.position = position;
  auto version = std::make_shared<const ViewVersion>(next_);
  ++stamp_;
  return version;
}

}  // namespace schutznetz::directory
