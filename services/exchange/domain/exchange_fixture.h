// A database with the exchange server's rules around it, and short ways to act as somebody. Tests only.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "services/common/access/caller.h"
#include "services/common/changes/change_log.h"
#include "services/common/testing/matchers.h"
#include "services/common/testing/temp_database.h"
#include "services/common/testing/transactions.h"
#include "services/exchange/domain/grants.h"
#include "services/exchange/domain/members.h"
#include "services/exchange/domain/memberships.h"
#include "services/exchange/domain/partners.h"
#include "services/exchange/domain/people.h"
#include "services/exchange/domain/persons.h"
#include "services/exchange/store/sql_exchange_store.h"

namespace schutznetz::exchange {

inline constexpr char kKoeln[] = "networks/kooperation-koeln";
inline constexpr char kBonn[] = "networks/kooperation-bonn";

// Everything ends the process when it cannot be made.
class Exchange {
 public:
  explicit Exchange(storage::Engine engine = storage::Engine::kSqlite);

  storage::Database& database() { return temp_.database(); }
  testing::TempDatabase& temp() { return temp_; }
  const Members& members() const { return members_; }
  const Memberships& memberships() const { return memberships_; }
  const Grants& grants() const { return grants_; }
  const Partners& partners() const { return partners_; }
  const Persons& persons() const { return persons_; }
  const Records& records() const { return records_; }
  const ExchangeStore& store() const { return store_; }
  const Pepper& pepper() const { return pepper_; }

  // One write transaction: `work(tx)` returns StatusOr<Result>.
  template <typename Work>
  auto Write(Work work) {
    return testing::InWrite(database(), std::move(work));
  }
  // One snapshot.
  template <typename Work>
  auto Read(Work work) {
    return testing::InRead(database(), std::move(work));
  }

  // Callers, as the gateway would describe them.
  static access::Caller Operator(const std::string& name = "members/operator-one");
  static access::Caller Professional(const std::string& member);
  static access::Caller MemberOf(const std::string& member, const std::vector<std::string>& networks);
  static access::Caller CoordinatorOf(const std::string& member, const std::string& network);

  // A member who can sign in, verified for a year unless told otherwise; the name.
  std::string MadeMember(const std::string& subject, bool verified = true);
  // A membership in force.
  void MadeMembership(const std::string& network, const std::string& member,
                      v1::Membership::Role role = v1::Membership::MEMBER);
  // An operator who has a grant, by the name of the member.
  std::string MadeOperator(const std::string& subject);
  int64_t RightsVersion();
  std::vector<changes::Change> Changes();

  // A request of CreateMember with a value in every field a client may set.
  static v1::Member FullMember(const std::string& subject);

 private:
  testing::TempDatabase temp_;
  const SqlExchangeStore store_;
  const Pepper pepper_;
  const std::unique_ptr<const wire::Tables> tables_;
  const Vault vault_;
  const Records records_;
  const Members members_;
  const Memberships memberships_;
  const Grants grants_;
  const Partners partners_;
  const Persons persons_;
};

}  // namespace schutznetz::exchange
