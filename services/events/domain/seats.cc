#include "services/events/domain/seats.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace schutznetz::events {
namespace {

using v1::Registration;

constexpr char kAll[] = "all";
constexpr std::string_view kSessionPrefix = "session/";
constexpr char kEverySession[] = "session/*";

std::string ProfessionPool(int profession) { return absl::StrCat("profession/", profession); }
std::string LandPool(std::string_view land) {
  return "land/" + std::string(land.substr(land.find('/') + 1));  // "lands/DE-NW"
}
std::string SessionPool(std::string_view id) { return std::string(kSessionPrefix) + std::string(id); }

std::string QuotaPool(const v1::Quota& quota) {
  return quota.land().empty() ? ProfessionPool(quota.profession()) : LandPool(quota.land());
}

bool Has(const Pools& pools, std::string_view pool) { return std::binary_search(pools.begin(), pools.end(), pool); }

}  // namespace

Pools PoolsOf(const Registration& registration) {
  Pools pools = {kAll, ProfessionPool(registration.profession())};
  if (!registration.land().empty()) pools.push_back(LandPool(registration.land()));
  for (const std::string& session : registration.sessions()) pools.push_back(SessionPool(session));
  if (registration.sessions().empty()) pools.push_back(kEverySession);
  std::sort(pools.begin(), pools.end());
  pools.erase(std::unique(pools.begin(), pools.end()), pools.end());
  return pools;
}

std::string JoinPools(const Pools& pools) { return absl::StrJoin(pools, " "); }

Pools SplitPools(std::string_view text) {
  return absl::StrSplit(absl::string_view(text.data(), text.size()), ' ', absl::SkipEmpty());
}

absl::StatusOr<SeatCounts> SeatCounts::Parse(std::string_view text) {
  SeatCounts counts;
  for (const std::string& entry : SplitPools(text)) {
    const size_t equals = entry.rfind('=');
    int64_t count = 0;
    if (equals == std::string::npos || !absl::SimpleAtoi(entry.substr(equals + 1), &count) || count < 1) {
      return absl::DataLossError("the counts of an event's places cannot be read");
    }
    counts.counts_[entry.substr(0, equals)] = count;
  }
  return counts;
}

std::string SeatCounts::Text() const {
  std::string text;
  for (const auto& [pool, count] : counts_) absl::StrAppend(&text, text.empty() ? "" : " ", pool, "=", count);
  return text;
}

void SeatCounts::Add(const Pools& pools, int64_t count) {
  for (const std::string& pool : pools) {
    const int64_t now = counts_[pool] += count;
    if (now == 0) counts_.erase(pool);
  }
}

int64_t SeatCounts::Of(std::string_view pool) const {
  const auto found = counts_.find(pool);
  return found == counts_.end() ? 0 : found->second;
}

int64_t SeatCounts::OfSession(std::string_view session_id) const {
  return Of(SessionPool(session_id)) + Of(kEverySession);
}

std::optional<Registration::Reason> WhyFull(const v1::Event& event, const SeatCounts& counts, const Pools& pools) {
  const v1::Admission& admission = event.admission();
  if (admission.capacity() > 0 && counts.taken() >= admission.capacity()) return Registration::CAPACITY;
  for (const v1::Quota& quota : admission.quotas()) {
    const std::string pool = QuotaPool(quota);
    if (Has(pools, pool) && counts.Of(pool) >= quota.capacity()) return Registration::QUOTA;
  }
  for (const v1::Session& session : event.sessions()) {
    const bool comes = Has(pools, kEverySession) || Has(pools, SessionPool(session.session_id()));
    if (comes && session.capacity() > 0 && counts.OfSession(session.session_id()) >= session.capacity()) {
      return Registration::SESSION_CAPACITY;
    }
  }
  return std::nullopt;
}

std::optional<std::string> LimitBelowTaken(const v1::Event& event, const SeatCounts& counts) {
  const v1::Admission& admission = event.admission();
  if (admission.capacity() > 0 && counts.taken() > admission.capacity()) return "event.admission.capacity";
  for (int i = 0; i < admission.quotas_size(); ++i) {
    const v1::Quota& quota = admission.quotas(i);
    if (counts.Of(QuotaPool(quota)) > quota.capacity()) return absl::StrCat("event.admission.quotas[", i, "].capacity");
  }
  for (int i = 0; i < event.sessions_size(); ++i) {
    const v1::Session& session = event.sessions(i);
    if (session.capacity() > 0 && counts.OfSession(session.session_id()) > session.capacity()) {
      return absl::StrCat("event.sessions[", i, "].capacity");
    }
  }
  return std::nullopt;
}

bool HoldsPlace(Registration::State state) {
  return state == Registration::CONFIRMED || state == Registration::OFFERED || state == Registration::ATTENDED ||
         state == Registration::NO_SHOW;
}

bool IsActive(Registration::State state) {
  return state != Registration::CANCELLED && state != Registration::STATE_UNSPECIFIED;
}

}  // namespace schutznetz::events
