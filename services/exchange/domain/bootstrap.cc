#include "services/exchange/domain/bootstrap.h"

#include "services/common/access/caller.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"

namespace schutznetz::exchange {

absl::StatusOr<FirstOperator> ParseFirstOperator(std::string_view text) {
  const size_t space = text.find(' ');
  if (space == 0 || space == std::string_view::npos || space + 1 == text.size() ||
      text.find(' ', space + 1) != std::string_view::npos) {
    return errors::InvalidField("bootstrap_operator", "Must be an issuer, one space and a subject.");
  }
  return FirstOperator{std::string(text.substr(0, space)), std::string(text.substr(space + 1))};
}

absl::StatusOr<bool> MakeFirstOperators(storage::Transaction& tx, const Records& records, const Members& members,
                                        const Grants& grants, const std::vector<FirstOperator>& operators) {
  if (operators.empty()) return false;
  ASSIGN_OR_RETURN(const bool first_time, records.store().ClaimBootstrap(tx));
  if (!first_time) return false;
  const access::Caller program = access::Caller::Program("exchange");
  const Author author = {program, {}};
  for (size_t i = 0; i < operators.size(); ++i) {
    v1::Member member;
    member.set_display_name("Operator " + std::to_string(i + 1));
    member.set_profession(common::v1::Profession::ADMINISTRATION);
    member.set_issuer(operators[i].issuer);
    member.set_subject(operators[i].subject);
    v1::Grant grant;
    ASSIGN_OR_RETURN(*grant.mutable_principal(), members.Install(tx, author, std::move(member)));
    grant.set_role(common::v1::Rule::OPERATOR);
    grant.set_proposed_by(program.principal());
    RETURN_IF_ERROR(grants.Install(tx, author, std::move(grant)));
  }
  return true;
}

}  // namespace schutznetz::exchange
