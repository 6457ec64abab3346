#include "services/exchange/domain/exchange_fixture.h"

#include <cstdlib>
#include <iostream>

namespace schutznetz::exchange {
namespace {

using access::Caller;
using access::Role;

template <typename T>
T Must(absl::StatusOr<T> result) {
  if (result.ok()) return *std::move(result);
  std::cerr << "fixture: " << result.status() << "\n";
  std::abort();
}

std::unique_ptr<const wire::Tables> MakeTables() {
  return Must(wire::Tables::Build({v1::Member::descriptor(), v1::Membership::descriptor(), v1::Grant::descriptor(),
                                   v1::Partner::descriptor(), v1::PartnerKey::descriptor()}));
}

}  // namespace

Exchange::Exchange(storage::Engine engine)
    : temp_(engine, {&record::RecordMigrations(), &ExchangeMigrations(), &personal::PersonalMigrations()}),
      pepper_(Must(Pepper::FromText(std::string(32, 'p')))),
      tables_(MakeTables()),
      vault_(Must(rpc::Sealer::FromKeyText(std::string(64, 'a')))),
      records_(store_, vault_, *tables_),
      members_(records_, pepper_),
      memberships_(records_),
      grants_(records_),
      partners_(records_, pepper_),
      persons_(records_, members_, memberships_, grants_) {}

Caller Exchange::Operator(const std::string& name) { return Caller::Granted(name, {.roles = {Role::kOperator}}); }

Caller Exchange::Professional(const std::string& member) {
  return Caller::Granted(member, {.roles = {Role::kProfessional}});
}

Caller Exchange::MemberOf(const std::string& member, const std::vector<std::string>& networks) {
  return Caller::Granted(member, {.roles = {Role::kProfessional, Role::kMember}, .networks = networks});
}

Caller Exchange::CoordinatorOf(const std::string& member, const std::string& network) {
  return Caller::Granted(member, {.roles = {Role::kProfessional, Role::kMember, Role::kCoordinator},
                                  .networks = {network},
                                  .coordinated_networks = {network}});
}

v1::Member Exchange::FullMember(const std::string& subject) {
  v1::Member member;
  member.set_display_name("Musterfrau " + subject);
  member.set_profession(common::v1::Profession::YOUTH_WELFARE);
  member.set_organization("Jugendamt Musterstadt");
  member.add_expertise("Loverboy-Methode");
  member.add_languages("de");
  member.set_email(subject + "@example.org");
  member.set_issuer("https://login.example.org");
  member.set_subject(subject);
  return member;
}

std::string Exchange::MadeMember(const std::string& subject, bool verified) {
  v1::Member member = FullMember(subject);
  if (verified) member.mutable_verification()->set_method(v1::Member::Verification::IN_PERSON);
  return Must(Write([&](storage::Transaction& tx) { return members_.Create(tx, {Operator(), {}}, member); })).name();
}

void Exchange::MadeMembership(const std::string& network, const std::string& member, v1::Membership::Role role) {
  const Caller coordinator = CoordinatorOf("members/the-coordinator", network);
  v1::Membership membership;
  membership.set_member(member);
  membership.set_role(role);
  const v1::Membership invited = Must(Write([&](storage::Transaction& tx) {
    return memberships_.Create(tx, {coordinator, {}}, network, membership);
  }));
  const Caller invitee = Professional(member);
  Must(Write([&](storage::Transaction& tx) {
    return memberships_.Approve(tx, {invitee, {}}, invited.name(),
                                Must(memberships_.Get(tx, invitee, invited.name(), tx.now())).etag());
  }));
}

std::string Exchange::MadeOperator(const std::string& subject) {
  const std::string name = MadeMember(subject, /*verified=*/false);
  v1::Grant grant;
  grant.set_principal(name);
  grant.set_role(common::v1::Rule::OPERATOR);
  Must(Write([&](storage::Transaction& tx) -> absl::StatusOr<int> {
    RETURN_IF_ERROR(grants_.Install(tx, {Operator(), {}}, grant));
    return 0;
  }));
  return name;
}

int64_t Exchange::RightsVersion() {
  return Must(Read([&](storage::ReadTransaction& tx) { return store_.RightsVersion(tx); }));
}

std::vector<changes::Change> Exchange::Changes() {
  return Must(Read([&](storage::ReadTransaction& tx) -> absl::StatusOr<std::vector<changes::Change>> {
    ASSIGN_OR_RETURN(const changes::LogState state, changes::ReadLogState(tx));
    return changes::ReadChanges(tx, {state.epoch, 0}, 1000);
  }));
}

}  // namespace schutznetz::exchange
