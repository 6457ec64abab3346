// schutznetzctl protection: lowering a protection by two people.
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/json_text.h"
#include "cli/resource_calls.h"

namespace schutznetz::cli {
namespace {

struct ProtectionOptions {
  std::string name, state;
  std::string protection, address_protection;
  std::vector<std::string> parts;  // "phones[0]=RESTRICTED"
};

// "[{"path":"phones[0]","protection":"RESTRICTED"}]"; what has no level is refused by the server.
std::string PartsOf(const std::vector<std::string>& parts) {
  std::string list;
  for (const std::string& part : parts) {
    const size_t equals = part.find('=');
    Json json;
    json.Text("path", part.substr(0, equals));
    if (equals != std::string::npos) json.Text("protection", part.substr(equals + 1));
    list += (list.empty() ? "" : ",") + json.Take();
  }
  return "[" + list + "]";
}

int Propose(HttpClient& client, const Context& context, const ProtectionOptions& given) {
  const Response read = client.Call("GET", "/v1/" + given.name, {}, {}, kRetries);
  if (read.status / 100 != 2) return ReportError(read);
  simdjson::dom::parser parser;
  simdjson::dom::element record;
  if (parser.parse(read.body).get(record) != simdjson::SUCCESS) return kUnavailable;
  Json body;
  body.Text("resource", given.name).Text("resourceEtag", TextAt(record, {"etag"}));
  body.Text("protection", given.protection).Text("addressProtection", given.address_protection);
  if (!given.parts.empty()) body.Raw("parts", PartsOf(given.parts));
  return Do(client, context, "POST", "/v1/protectionChanges", {}, body.Take(), PrintNameAndState);
}

int ListProposals(HttpClient& client, const Context& context, const ProtectionOptions& given) {
  Parameters query;
  if (!given.name.empty()) query.emplace_back("resource", given.name);
  if (!given.state.empty()) query.emplace_back("state", given.state);
  return List(client, context, "/v1/protectionChanges", query, "protectionChanges",
              {{"NAME", "name"},
               {"STATE", "state"},
               {"RESOURCE", "resource"},
               {"PROTECTION", "protection"},
               {"ADDRESS", "addressProtection"},
               {"PROPOSED BY", "proposedBy"},
               {"DECIDED BY", "decidedBy"}});
}

}  // namespace

void AddProtectionCommands(CLI::App& app, Context& context) {
  const auto options = std::make_shared<ProtectionOptions>();
  CLI::App* protection =
      AddGroup(app, "protection", "Lowering a protection, by two editors: list, propose, approve, reject");
  const auto add = [&](const char* name, const char* help,
                       int (*run)(HttpClient&, const Context&, const ProtectionOptions&)) {
    return Add(
        protection, context, options, name, help,
        [&context, run](HttpClient& client, const ProtectionOptions& given) { return run(client, context, given); });
  };
  CLI::App* list = add("list", "Proposals in your Länder", ListProposals);
  list->add_option("--resource", options->name, "only those of this resource");
  list->add_option("--state", options->state, "only PROPOSED, APPROVED, REJECTED or EXPIRED");
  CLI::App* propose = add("propose", "Propose to lower a protection; another editor of the Land approves", Propose);
  propose->add_option("resource", options->name, "for example locations/musterhaus")->required();
  propose->add_option("--protection", options->protection,
                      "what that of the record becomes: PUBLIC, RESTRICTED or NETWORK");
  propose->add_option("--address_protection", options->address_protection, "what that of its address becomes");
  propose->add_option("--part", options->parts, "that of a value inside, phones[0]=PUBLIC; repeatable");
  add("approve", "Lower what another editor proposed to lower",
      [](HttpClient& client, const Context& shared, const ProtectionOptions& given) {
        return ActOnCurrent(client, shared, given.name, "approve");
      })
      ->add_option("name", options->name, "protectionChanges/…")
      ->required();
  add("reject", "Turn a proposal down, or take your own back",
      [](HttpClient& client, const Context& shared, const ProtectionOptions& given) {
        return Act(client, shared, given.name, "reject");
      })
      ->add_option("name", options->name, "protectionChanges/…")
      ->required();
}

}  // namespace schutznetz::cli
