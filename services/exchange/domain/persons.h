// What a person may ask for at any time: a copy of everything, and erasure (SAFETY P23).
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "schutznetz/exchange/v1/member.pb.h"
#include "schutznetz/exchange/v1/member_archive.pb.h"
#include "services/common/personal/personal_store.h"
#include "services/common/storage/transaction.h"
#include "services/exchange/domain/grants.h"
#include "services/exchange/domain/members.h"
#include "services/exchange/domain/memberships.h"
#include "services/exchange/domain/records.h"

namespace schutznetz::exchange {

// Thread safe; arguments must outlive it.
class Persons {
 public:
  Persons(const Records& records, const Members& members, const Memberships& memberships, const Grants& grants)
      : records_(records), members_(members), memberships_(memberships), grants_(grants) {}

  // The caller's own archive, with what each field means. Others get NOT_FOUND, or PERMISSION_DENIED where they may
  // know the member.
  absl::StatusOr<v1::MemberArchive> Export(storage::ReadTransaction& tx, const access::Caller& caller,
                                           std::string_view name, absl::Time now) const;

  // The member themselves, or an operator for them. Deletes the rows, destroys the key, forgets kept answers and writes
  // the ledger, all in this write; afterwards Database::ScrubDeleted takes what was deleted out of the files.
  // FAILED_PRECONDITION (WRONG_STATE): the last operator must make another one first.
  absl::StatusOr<v1::EraseMemberResponse> Erase(storage::Transaction& tx, const Author& author,
                                                std::string_view name) const;

  // What an entry of the ledger says, in a database that a backup has brought back: erases the person when they are
  // there. True when they were.
  absl::StatusOr<bool> Replay(storage::Transaction& tx, const personal::Erasure& erasure) const;

 private:
  absl::StatusOr<int> EraseRecords(storage::Transaction& tx, const Author& author, std::string_view member_id) const;

  const Records& records_;
  const Members& members_;
  const Memberships& memberships_;
  const Grants& grants_;
};

}  // namespace schutznetz::exchange
