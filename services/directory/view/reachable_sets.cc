#include "services/directory/view/reachable_sets.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "services/directory/view/candidates.h"

namespace schutznetz::directory {
namespace {

constexpr size_t kKeptMax = 8;

// Services whose lines and hours are the same objects are open at the same time.
struct SameCalls {
  const CallFacts* lines;
  const civil::CompiledSchedules* hours;
  civil::HolidayRegion holidays;
  bool chat;

  friend bool operator==(const SameCalls&, const SameCalls&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const SameCalls& calls) {
    return H::combine(std::move(state), calls.lines, calls.hours, calls.chat);
  }
};

// Lines without hours of their own add nothing that tells services apart.
const CallFacts* LinesWithHours(const Calls& calls) {
  if (!calls.lines) return nullptr;
  for (const CallFacts::Line& line : calls.lines->lines) {
    if (line.hours) return calls.lines.get();
  }
  return nullptr;
}

std::shared_ptr<const Roaring> WorkOut(const ViewVersion& version, const civil::Moment& moment,
                                       const civil::Calendar& calendar) {
  absl::flat_hash_map<SameCalls, bool> known;
  std::vector<uint32_t> slots;
  version.listings.VisitAll([&](Slot slot, const Listing& listing) {
    const auto is_open = [&](const Calls& calls) {
      const SameCalls same{LinesWithHours(calls), calls.schedules(), calls.holidays,
                           !listing.service.chat_url().empty()};
      // With lines of their own hours only the whole picture tells; without, the hours do.
      const auto [at, fresh] = known.try_emplace(same, false);
      if (fresh) {
        at->second = same.lines == nullptr
                         ? same.hours != nullptr && same.hours->Evaluate(moment, same.holidays, calendar).is_open()
                         : ReachabilityBy(listing, calls, moment, calendar).state == v1::Reachability::REACHABLE;
      }
      return at->second;
    };
    bool open = listing.places.empty() && is_open(listing.calls);
    for (const ListedPlace& place : listing.places) open = open || is_open(place.calls);
    if (open) slots.push_back(slot);
  });
  auto services = std::make_shared<Roaring>();
  services->addMany(slots.size(), slots.data());
  services->runOptimize();
  return services;
}

}  // namespace

std::shared_ptr<const Roaring> ReachableSets::At(const ViewVersion& version, const civil::Moment& moment,
                                                 const civil::Calendar& calendar) {
  {
    std::lock_guard lock(mutex_);
    for (const Kept& kept : kept_) {
      if (kept.version == version.number && kept.minute == moment.minute) return kept.services;
    }
  }
  std::shared_ptr<const Roaring> services = WorkOut(version, moment, calendar);
  std::lock_guard lock(mutex_);
  kept_.push_front({version.number, moment.minute, services});
  if (kept_.size() > kKeptMax) kept_.pop_back();
  return services;
}

}  // namespace schutznetz::directory
