#include "services/directory/view/record_reads.h"

#include <algorithm>
#include <utility>

#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/view/append_field.h"
#include "services/directory/view/entry_reader.h"

namespace schutznetz::directory {
namespace {

using view::AppendBytes;

constexpr int kRecordsField = 1;  // of every List response
constexpr absl::Duration kAskAgain = absl::Seconds(5);

absl::Status CheckAge(const ViewReading& reading, const access::Caller& caller) {
  if (!reading.degraded || record::SeesOnlyPublic(caller)) return absl::OkStatus();
  return errors::TemporarilyUnavailable(kAskAgain);
}

SeenRecord Own(std::string bytes, std::vector<std::string> disclosed = {}) {
  auto owner = std::make_shared<const std::string>(std::move(bytes));
  const std::string_view view = *owner;
  return {view, std::move(owner), std::move(disclosed)};
}

bool TellsAddress(Kind kind) { return kind == Kind::kLocation || kind == Kind::kServiceAtLocation; }

// A merged walk over the list that everybody sees and, for callers with rights, the one of the rest.
class ListWalk {
 public:
  ListWalk(const ViewReading& reading, const KindTables& tables, const ListRequest& request,
           const access::Caller& caller)
      : reading_(reading), version_(*reading.version), tables_(tables), request_(request), caller_(caller) {}

  absl::StatusOr<ListPage> Read();

 private:
  bool ChooseGroup();
  std::vector<Slot> NextSlots(const CowSortedSet<GroupItem>& list, std::string_view after, size_t count) const;
  bool Matches(const Entry& entry) const;
  bool MaySee(const Entry& entry) const;
  absl::StatusOr<SeenRecord> See(const Entry& entry) const;

  const ViewReading& reading_;
  const ViewVersion& version_;
  const KindTables& tables_;
  const ListRequest& request_;
  const access::Caller& caller_;
  uint64_t group_ = 0;
  LandNumber land_ = 0;
  std::vector<Slot> parents_;
};

// The smallest list that holds everything asked for; false when nothing can be in it.
bool ListWalk::ChooseGroup() {
  group_ = GroupOf(request_.kind);
  if (request_.land) {
    land_ = LandOfName(*request_.land);
    if (land_ == 0) return false;
    group_ = GroupOf(request_.kind, land_);
  }
  for (const std::string_view name : request_.parents) {
    const Entry* parent = version_.Find(name);
    if (parent == nullptr) return false;
    parents_.push_back(parent->slot);
    group_ = GroupBelow(parents_.front(), request_.kind);
  }
  return true;
}

std::vector<Slot> ListWalk::NextSlots(const CowSortedSet<GroupItem>& list, std::string_view after, size_t count) const {
  std::vector<Slot> slots;
  list.VisitFrom(GroupItem{group_, after, 0}, [&](const GroupItem& item) {
    if (item.group != group_ || slots.size() == count) return false;
    if (item.name == after) return true;
    const Entry* entry = version_.entry(item.slot);
    if (entry != nullptr && Matches(*entry)) slots.push_back(item.slot);
    return true;
  });
  return slots;
}

bool ListWalk::Matches(const Entry& entry) const {
  if (land_ != 0 && (entry.lands >> land_ & 1) == 0) return false;
  const auto below = [&](Slot parent) {
    return std::find(entry.parents.begin(), entry.parents.end(), parent) != entry.parents.end();
  };
  return std::all_of(parents_.begin(), parents_.end(), below) && MaySee(entry);
}

bool ListWalk::MaySee(const Entry& entry) const {
  if (entry.deleted() && !request_.show_deleted) return false;
  // Asking by location must not tell which services are at one whose address is withheld.
  const bool by_address = entry.kind == Kind::kServiceAtLocation &&
                          std::find(parents_.begin(), parents_.end(), entry.parents[1]) != parents_.end();
  if (by_address && reading_.degraded && !IsAuthority(version_, entry)) return false;
  if (by_address && !entry.shows_address()) {
    const wire::LevelSet levels = LevelsOf(version_, entry, caller_);
    return levels.Has(entry.own.record) && levels.Has(entry.own.address);
  }
  return MayKnow(version_, entry, caller_);
}

absl::StatusOr<SeenRecord> ListWalk::See(const Entry& entry) const {
  if (record::SeesOnlyPublic(caller_)) {
    // The page is written while the version is held.
    if (const std::string* held = ShownAsHeld(reading_, entry)) return SeenRecord{*held, nullptr, {}};
    return ShownNow(reading_, tables_, entry);
  }
  ASSIGN_OR_RETURN(record::Presented presented, PresentTo(version_, tables_, entry, caller_));
  return Own(std::move(presented.bytes), std::move(presented.disclosed));
}

absl::StatusOr<ListPage> ListWalk::Read() {
  ListPage page;
  if (!ChooseGroup()) return page;
  const size_t size = static_cast<size_t>(request_.page_size);
  std::vector<Slot> slots = NextSlots(version_.shown_lists, request_.after, size + 1);
  if (!record::SeesOnlyPublic(caller_)) {
    const std::vector<Slot> rest = NextSlots(version_.withheld_lists, request_.after, size + 1);
    slots.insert(slots.end(), rest.begin(), rest.end());
    std::sort(slots.begin(), slots.end(),
              [&](Slot a, Slot b) { return version_.entry(a)->name < version_.entry(b)->name; });
  }
  const bool more = slots.size() > size;
  slots.resize(std::min(slots.size(), size));
  for (const Slot slot : slots) {
    const Entry& entry = *version_.entry(slot);
    ASSIGN_OR_RETURN(SeenRecord seen, See(entry));
    AppendBytes(kRecordsField, seen.bytes, &page.bytes);
    AppendDisclosed(entry, std::move(seen.disclosed), &page.disclosed);
  }
  if (more) page.last = version_.entry(slots.back())->name;
  return page;
}

}  // namespace

void AppendDisclosed(const Entry& entry, std::vector<std::string> fields, std::vector<audit::Fact>* facts) {
  if (fields.empty()) return;
  facts->push_back({audit::Act::kRead, std::string(NameOf(entry.kind)), std::string(entry.name), std::move(fields)});
}

const std::string* ShownAsHeld(const ViewReading& reading, const Entry& entry) {
  const bool is_held =
      !entry.is_public() || !reading.degraded || !TellsAddress(entry.kind) || IsAuthority(*reading.version, entry);
  return is_held ? &entry.shown : nullptr;
}

absl::StatusOr<SeenRecord> ShownNow(const ViewReading& reading, const KindTables& tables, const Entry& entry) {
  const ViewVersion& version = *reading.version;
  if (const std::string* held = ShownAsHeld(reading, entry)) {
    return SeenRecord{*held, version.entries.Share(entry.slot), {}};
  }
  wire::Floors floors = entry.inherited;
  floors.address = wire::Stricter(floors.address, common::v1::RESTRICTED);
  ASSIGN_OR_RETURN(record::Presented presented, PresentToAll(version, tables, entry, floors));
  return Own(std::move(presented.bytes));
}

absl::StatusOr<SeenRecord> ReadRecord(const ViewReading& reading, const KindTables& tables, Kind kind,
                                      std::string_view name, const access::Caller& caller) {
  RETURN_IF_ERROR(CheckAge(reading, caller));
  const ViewVersion& version = *reading.version;
  const Entry* entry = version.Find(name);
  if (entry == nullptr || entry->kind != kind) return errors::NotFound(name);
  SeenRecord seen;
  if (record::SeesOnlyPublic(caller)) {
    ASSIGN_OR_RETURN(seen, ShownNow(reading, tables, *entry));
  } else {
    ASSIGN_OR_RETURN(record::Presented presented, PresentTo(version, tables, *entry, caller));
    if (presented.visible) seen = Own(std::move(presented.bytes), std::move(presented.disclosed));
  }
  if (seen.bytes.empty()) return errors::NotFound(name);
  return seen;
}

absl::StatusOr<ListPage> ReadList(const ViewReading& reading, const KindTables& tables, const ListRequest& request,
                                  const access::Caller& caller) {
  RETURN_IF_ERROR(CheckAge(reading, caller));
  return ListWalk(reading, tables, request, caller).Read();
}

}  // namespace schutznetz::directory
