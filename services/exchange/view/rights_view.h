// Who may do what, in memory: built from the store, advanced by the change log. Answers every poll of the rights
// version and every look-up of a caller without touching the database.
//
//   ASSIGN_OR_RETURN(auto view, RightsView::Start(database, store, pepper, clock, log));
//   ASSIGN_OR_RETURN(v1::ResolvedCaller caller, view->Resolve(request));
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "schutznetz/exchange/v1/access_service.pb.h"
#include "schutznetz/exchange/v1/grant.pb.h"
#include "schutznetz/exchange/v1/member.pb.h"
#include "schutznetz/exchange/v1/membership.pb.h"
#include "schutznetz/exchange/v1/partner.pb.h"
#include "services/common/changes/follower.h"
#include "services/common/personal/pepper.h"
#include "services/common/rpc/position_waiter.h"
#include "services/common/time/clock.h"
#include "services/exchange/domain/exchange_store.h"

namespace schutznetz::exchange {

using personal::Pepper;

// A partner's key that was presented, by its name, and what it gives.
struct KeyHolder {
  std::string name;
  v1::ResolvedCaller caller;
};

// Thread safe after Start. Holds no personal part of any record.
class RightsView final : public changes::ChangeConsumer, public rpc::PositionWaiter {
 public:
  using Log = std::function<void(std::string_view event, std::string_view detail)>;
  // Told each newer rights version, on the view's thread.
  using OnRights = std::function<void(int64_t version)>;

  // Reads everything once and follows from then on. All must outlive it. Codes of storage::Database::Read.
  static absl::StatusOr<std::unique_ptr<RightsView>> Start(storage::Database& database, const ExchangeStore& store,
                                                           const Pepper& pepper, const Clock& clock, Log log,
                                                           OnRights on_rights = nullptr);
  ~RightsView() override;

  // The caller behind a credential, as the grants are now; what the clock has ended is left out.
  //   UNAUTHENTICATED (CREDENTIALS_REQUIRED)  no such member or key, or it is suspended, revoked or over
  //   UNAVAILABLE (TEMPORARILY_UNAVAILABLE)   the view could not be confirmed for 5 s
  absl::StatusOr<v1::ResolvedCaller> Resolve(const v1::ResolveCallerRequest& request) const;
  // The same for a key alone.
  absl::StatusOr<KeyHolder> ResolveKeyHolder(const access::ApiKey& key) const;
  // The name of the key with this id, good or not; empty when there is none.
  std::string KeyNamed(std::string_view key_id) const;
  // UNAVAILABLE as above.
  absl::StatusOr<int64_t> RightsVersion() const;

  void WhenReached(const storage::Position& position, absl::Time deadline,
                   absl::AnyInvocable<void(absl::Status)> then) override;
  storage::Position position() const override;

  absl::StatusOr<storage::Position> Rebuild(storage::Database& database) override;
  absl::Status Apply(storage::ReadTransaction& tx, const changes::ChangeBatch& batch) override;

 private:
  struct Key {
    v1::PartnerKey key;
    std::string partner;  // id
    std::string digest;
  };
  // Everything; ids are those of records.
  struct Content {
    int64_t version = 0;
    std::unordered_map<std::string, v1::Member> members;
    std::unordered_map<std::string, std::string> member_digests;               // by id
    std::unordered_map<std::string, std::string> members_by_digest;            // id
    std::map<std::string, std::map<std::string, v1::Membership>> memberships;  // by member, by id
    std::map<std::string, std::map<std::string, v1::Grant>> grants;            // by member, by id
    std::unordered_map<std::string, std::string> grant_owners;                 // member, by id of the grant
    std::unordered_map<std::string, v1::Partner> partners;
    std::unordered_map<std::string, Key> keys;  // by the id inside the key
  };

  RightsView(storage::Database& database, const ExchangeStore& store, const Pepper& pepper, const Clock& clock, Log log,
             OnRights on_rights);

  absl::Status ReadRecord(storage::ReadTransaction& tx, const record::RecordKey& key, Content* content) const;
  absl::Status TakeMember(storage::ReadTransaction& tx, const record::Record* row, const std::string& id,
                          Content* content) const;
  absl::Status TakeKey(storage::ReadTransaction& tx, const record::Record* row, const std::string& id,
                       Content* content) const;
  absl::Status Confirm() const;

  absl::StatusOr<v1::ResolvedCaller> ResolveMember(const std::string& id, absl::Time now) const;
  absl::StatusOr<v1::ResolvedCaller> ResolveToken(std::string_view issuer, std::string_view subject,
                                                  absl::Time now) const;
  absl::StatusOr<v1::ResolvedCaller> HolderOf(const Key& key, absl::Time now) const;
  absl::StatusOr<KeyHolder> ResolveKey(const access::ApiKey& key, absl::Time now) const;

  const ExchangeStore& store_;
  const Pepper& pepper_;
  const Clock& clock_;
  const OnRights on_rights_;  // may be empty

  mutable std::shared_mutex mutex_;  // guards content_
  Content content_;
  std::unique_ptr<changes::Follower> follower_;  // last: it calls this object
};

// A view that could not be confirmed for longer refuses: what was revoked meanwhile would still be granted (P15).
inline constexpr absl::Duration kRightsAgeMax = absl::Seconds(5);

}  // namespace schutznetz::exchange
