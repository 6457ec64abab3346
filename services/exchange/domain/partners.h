// Partner systems and their keys.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/field_mask.pb.h"
#include "schutznetz/exchange/v1/partner.pb.h"
#include "services/common/personal/pepper.h"
#include "services/common/storage/transaction.h"
#include "services/exchange/domain/records.h"

namespace schutznetz::exchange {

using personal::Pepper;

// For operators only: the rule of the methods sees to that. Thread safe; arguments must outlive it.
class Partners {
 public:
  Partners(const Records& records, const Pepper& pepper) : records_(records), pepper_(pepper) {}

  // INVALID_ARGUMENT (INVALID_FIELD): a scope that does not exist.
  absl::StatusOr<v1::Partner> Create(storage::Transaction& tx, const Author& author, v1::Partner partner) const;
  absl::StatusOr<v1::Partner> Update(storage::Transaction& tx, const Author& author, const v1::Partner& partner,
                                     const google::protobuf::FieldMask& mask) const;
  // Nothing changes when the partner is in that state already.
  absl::StatusOr<v1::Partner> SetState(storage::Transaction& tx, const Author& author, std::string_view name,
                                       v1::Partner::State state) const;
  absl::StatusOr<v1::Partner> Get(storage::ReadTransaction& tx, std::string_view name) const;
  // In the order of ids, after `after_id`.
  absl::StatusOr<std::vector<v1::Partner>> List(storage::ReadTransaction& tx, std::string_view after_id,
                                                int count_max) const;

  // A new key with its secret, which is told here and never again.
  //   NOT_FOUND                            no such partner
  //   INVALID_ARGUMENT (INVALID_FIELD)     an end that is not within a year, a scope the partner does not have
  //   FAILED_PRECONDITION (RESOURCE_IN_USE) two keys are good already: revoke one
  absl::StatusOr<v1::CreatePartnerKeyResponse> CreateKey(storage::Transaction& tx, const Author& author,
                                                         std::string_view partner, v1::PartnerKey key) const;
  // Nothing changes when it is revoked already.
  absl::StatusOr<v1::PartnerKey> RevokeKey(storage::Transaction& tx, const Author& author, std::string_view name) const;
  // Of one partner in the order of ids, after `after_id` (empty: from the first). NOT_FOUND: no such partner.
  absl::StatusOr<std::vector<v1::PartnerKey>> ListKeys(storage::ReadTransaction& tx, std::string_view partner,
                                                       std::string_view after_id, int count_max, absl::Time now) const;

 private:
  absl::StatusOr<v1::PartnerKey> Show(Kept<v1::PartnerKey> kept, absl::Time now) const;

  const Records& records_;
  const Pepper& pepper_;
};

inline constexpr int kGoodKeysMax = 2;
inline constexpr absl::Duration kKeyDefault = absl::Hours(24 * 90);
inline constexpr absl::Duration kKeyMax = absl::Hours(24 * 366);

}  // namespace schutznetz::exchange
