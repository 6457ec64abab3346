// schutznetzctl member, membership, grant, partner, key, revoke: the people and systems that the rules speak of.
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.h"
#include "cli/json_text.h"
#include "cli/resource_calls.h"

namespace schutznetz::cli {
namespace {

// What a command was given; each uses what it needs.
struct IdentityOptions {
  std::string name;
  std::string display_name, profession, organization, issuer, subject, method;  // of a member
  std::string network, member, role, partner, email;
  std::vector<std::string> lands, networks, rooms, scopes;
  std::string expire_time, state;
};

using Options = std::shared_ptr<IdentityOptions>;
using Run = std::function<int(HttpClient&, const IdentityOptions&)>;

void AddMemberCommands(CLI::App& app, Context& context) {
  const auto options = std::make_shared<IdentityOptions>();
  CLI::App* member = AddGroup(app, "member", "Members: list, get, create, verify, suspend, resume, export, erase");
  Add(member, context, options, "list", "All members, for operators", [&context](HttpClient& client, const auto&) {
    return List(client, context, "/v1/members", {}, "members",
                {{"NAME", "name"}, {"STATE", "state"}, {"PROFESSION", "profession"}, {"CALLED", "displayName"}});
  });
  CLI::App* create = Add(member, context, options, "create", "A member for a token subject, for operators",
                         [&context](HttpClient& client, const IdentityOptions& given) {
                           Json body;
                           body.Text("displayName", given.display_name).Text("profession", given.profession);
                           body.Text("organization", given.organization).Text("issuer", given.issuer);
                           body.Text("subject", given.subject);
                           if (!given.method.empty()) {
                             body.Raw("verification", Json().Text("method", given.method).Take());
                           }
                           return Do(client, context, "POST", "/v1/members", {}, body.Take(), PrintNameAndState);
                         });
  create->add_option("--display_name", options->display_name, "how the member is called here")->required();
  create->add_option("--profession", options->profession, "for example YOUTH_WELFARE")->required();
  create->add_option("--organization", options->organization, "where the member works");
  create->add_option("--issuer", options->issuer, "claim iss of the member's tokens")->default_val("urn:schutznetz");
  create->add_option("--subject", options->subject, "claim sub of the member's tokens")->required();
  create->add_option("--verified", options->method, "how you made sure who it is, for example IN_PERSON");
  CLI::App* verify =
      Add(member, context, options, "verify", "Say that a member is who they say, for coordinators",
          [&context](HttpClient& client, const IdentityOptions& given) {
            Json verification = Json().Text("method", given.method);
            verification.Text("expireTime", given.expire_time);
            return Act(client, context, given.name, "verify", Json().Raw("verification", verification.Take()));
          });
  verify->add_option("name", options->name, "members/…")->required();
  verify->add_option("--method", options->method, "IN_PERSON, CALL_BACK, EMPLOYER_CONFIRMATION or AUTHORITY_LOGIN")
      ->required();
  verify->add_option("--until", options->expire_time, "when it ends, RFC 3339; default a year");
  for (const auto& [verb, help] :
       {std::pair("suspend", "Stop a member from using any right"), std::pair("resume", "Take a suspension back")}) {
    Add(member, context, options, verb, help,
        [&context, verb = std::string(verb)](HttpClient& client, const IdentityOptions& given) {
          return Act(client, context, given.name, verb);
        })
        ->add_option("name", options->name, "members/…")
        ->required();
  }
  Add(member, context, options, "export", "Everything that is stored about you, as JSON",
      [](HttpClient& client, const IdentityOptions&) {
        const Response response = client.Call("GET", "/v1/members/me:export", {{"$prettyPrint", "true"}}, {}, kRetries);
        if (response.status / 100 != 2) return ReportError(response);
        std::printf("%s\n", response.body.c_str());
        return static_cast<int>(kOk);
      });
  Add(member, context, options, "erase", "Erase a person for good",
      [&context](HttpClient& client, const IdentityOptions& given) {
        return Do(client, context, "POST", "/v1/" + given.name + ":erase", {},
                  Json().Text("requestId", NewRequestId()).Take(), [](simdjson::dom::element root) {
                    std::printf("erased %s records, ledger entry %s\n", TextAt(root, {"recordsErased"}).c_str(),
                                TextAt(root, {"ledgerId"}).c_str());
                  });
      })
      ->add_option("name", options->name, "members/… or members/me")
      ->required();
}

void AddMembershipCommands(CLI::App& app, Context& context) {
  const auto options = std::make_shared<IdentityOptions>();
  CLI::App* membership = AddGroup(app, "membership", "Memberships: list, invite, ask, approve");
  Add(membership, context, options, "list", "The members of a network",
      [&context](HttpClient& client, const IdentityOptions& given) {
        return List(client, context, "/v1/" + given.network + "/memberships", {}, "memberships",
                    {{"MEMBER", "member"}, {"STATE", "state"}, {"ROLE", "role"}, {"CALLED", "displayName"}});
      })
      ->add_option("network", options->network, "networks/…")
      ->required();
  const Run propose = [&context](HttpClient& client, const IdentityOptions& given) {
    const std::string member = given.member.empty() ? "members/me" : given.member;
    Json body = Json().Text("member", member);
    body.Text("role", given.role).Text("expireTime", given.expire_time);
    return Do(client, context, "POST", "/v1/" + given.network + "/memberships", {}, body.Take(), PrintNameAndState);
  };
  CLI::App* invite = Add(membership, context, options, "invite", "Invite a member, for coordinators", propose);
  invite->add_option("network", options->network, "networks/…")->required();
  invite->add_option("member", options->member, "members/…")->required();
  invite->add_option("--role", options->role, "MEMBER or COORDINATOR");
  invite->add_option("--until", options->expire_time, "when it ends, RFC 3339");
  Add(membership, context, options, "ask", "Ask to become a member yourself", propose)
      ->add_option("network", options->network, "networks/…")
      ->required();
  Add(membership, context, options, "approve", "Accept an invitation or a request",
      [&context](HttpClient& client, const IdentityOptions& given) {
        return ActOnCurrent(client, context, given.name, "approve");
      })
      ->add_option("name", options->name, "networks/…/memberships/…")
      ->required();
}

void AddGrantCommands(CLI::App& app, Context& context) {
  const auto options = std::make_shared<IdentityOptions>();
  CLI::App* grant = AddGroup(app, "grant", "Grants: list, propose, approve, revoke");
  CLI::App* list = Add(grant, context, options, "list", "Grants, for operators",
                       [&context](HttpClient& client, const IdentityOptions& given) {
                         Parameters query;
                         if (!given.member.empty()) query.emplace_back("principal", given.member);
                         if (!given.state.empty()) query.emplace_back("state", given.state);
                         return List(client, context, "/v1/grants", query, "grants",
                                     {{"NAME", "name"},
                                      {"STATE", "state"},
                                      {"ROLE", "role"},
                                      {"MEMBER", "principal"},
                                      {"PROPOSED BY", "proposedBy"},
                                      {"APPROVED BY", "approvedBy"}});
                       });
  list->add_option("--member", options->member, "only those of members/…");
  list->add_option("--state", options->state, "only PROPOSED, ACTIVE, REVOKED or EXPIRED");
  CLI::App* propose =
      Add(grant, context, options, "propose", "Propose a role; EDITOR and OPERATOR wait for a second operator",
          [&context](HttpClient& client, const IdentityOptions& given) {
            Json body = Json().Text("principal", given.member);
            body.Text("role", given.role).Texts("lands", given.lands, "lands/");
            body.Texts("networks", given.networks, "networks/").Texts("rooms", given.rooms, "rooms/");
            body.Text("expireTime", given.expire_time);
            return Do(client, context, "POST", "/v1/grants", {}, body.Take(), PrintNameAndState);
          });
  propose->add_option("member", options->member, "members/…")->required();
  propose->add_option("--role", options->role, "COORDINATOR, EDITOR, MODERATOR or OPERATOR")->required();
  propose->add_option("--land", options->lands, "where an editor edits, for example DE-NW; repeatable");
  propose->add_option("--network", options->networks, "what a coordinator coordinates; repeatable");
  propose->add_option("--room", options->rooms, "what a moderator moderates; repeatable");
  propose->add_option("--until", options->expire_time, "when it ends, RFC 3339");
  Add(grant, context, options, "approve", "Approve what another operator proposed",
      [&context](HttpClient& client, const IdentityOptions& given) {
        return ActOnCurrent(client, context, given.name, "approve");
      })
      ->add_option("name", options->name, "grants/…")
      ->required();
  Add(grant, context, options, "revoke", "Take a grant back",
      [&context](HttpClient& client, const IdentityOptions& given) {
        return Act(client, context, given.name, "revoke");
      })
      ->add_option("name", options->name, "grants/…")
      ->required();
}

void AddPartnerCommands(CLI::App& app, Context& context) {
  const auto options = std::make_shared<IdentityOptions>();
  CLI::App* partner = AddGroup(app, "partner", "Partner systems: list, create");
  Add(partner, context, options, "list", "All partner systems", [&context](HttpClient& client, const auto&) {
    return List(client, context, "/v1/partners", {}, "partners",
                {{"NAME", "name"}, {"STATE", "state"}, {"CALLED", "displayName"}, {"MAIL", "email"}});
  });
  CLI::App* create = Add(partner, context, options, "create", "A new partner system",
                         [&context](HttpClient& client, const IdentityOptions& given) {
                           Json body = Json().Text("displayName", given.display_name);
                           body.Text("email", given.email).Texts("scopes", given.scopes, "");
                           return Do(client, context, "POST", "/v1/partners", {}, body.Take(), PrintNameAndState);
                         });
  create->add_option("--display_name", options->display_name, "what the system is called")->required();
  create->add_option("--email", options->email, "function mailbox of those who run it")->required();
  create->add_option("--scope", options->scopes, "changes.read, restricted.read or records.import; repeatable");

  CLI::App* key = AddGroup(app, "key", "Keys of partner systems: create, list, revoke");
  CLI::App* make =
      Add(key, context, options, "create", "A new key; it is printed this one time",
          [&context](HttpClient& client, const IdentityOptions& given) {
            Json body = Json().Text("displayName", given.display_name);
            body.Texts("scopes", given.scopes, "").Text("expireTime", given.expire_time);
            return Do(client, context, "POST", "/v1/" + given.partner + "/keys", {}, body.Take(),
                      [](simdjson::dom::element root) {
                        std::printf("%s %s\n", TextAt(root, {"key", "name"}).c_str(), TextAt(root, {"secret"}).c_str());
                      });
          });
  make->add_option("partner", options->partner, "partners/…")->required();
  make->add_option("--display_name", options->display_name, "what it is for");
  make->add_option("--scope", options->scopes, "fewer scopes than the partner has; repeatable");
  make->add_option("--until", options->expire_time, "when it ends, RFC 3339; default in 90 days, at most a year");
  Add(key, context, options, "list", "The keys of a partner, without their secrets",
      [&context](HttpClient& client, const IdentityOptions& given) {
        return List(client, context, "/v1/" + given.partner + "/keys", {}, "keys",
                    {{"NAME", "name"}, {"STATE", "state"}, {"ENDS", "expireTime"}, {"FOR", "displayName"}});
      })
      ->add_option("partner", options->partner, "partners/…")
      ->required();
  Add(key, context, options, "revoke", "Take a key back",
      [&context](HttpClient& client, const IdentityOptions& given) {
        return Act(client, context, given.name, "revoke");
      })
      ->add_option("name", options->name, "partners/…/keys/…")
      ->required();
}

// What taking back means for each kind of name.
std::string RevokingVerb(const std::string& name) {
  if (name.find("/memberships/") != std::string::npos) return "end";
  if (name.starts_with("members/") || (name.starts_with("partners/") && name.find("/keys/") == std::string::npos)) {
    return "suspend";
  }
  return "revoke";
}

}  // namespace

void AddIdentityCommands(CLI::App& app, Context& context) {
  AddMemberCommands(app, context);
  AddMembershipCommands(app, context);
  AddGrantCommands(app, context);
  AddPartnerCommands(app, context);
  const auto options = std::make_shared<IdentityOptions>();
  Add(&app, context, options, "revoke", "Take something back by its name: a grant, key, membership, member or partner",
      [&context](HttpClient& client, const IdentityOptions& given) {
        return Act(client, context, given.name, RevokingVerb(given.name));
      })
      ->add_option("name", options->name, "grants/…, partners/…/keys/…, networks/…/memberships/…, members/…")
      ->required();
}

}  // namespace schutznetz::cli
