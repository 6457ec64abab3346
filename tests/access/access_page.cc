#include "tests/access/access_page.h"

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "schutznetz/common/v1/field_options.pb.h"
#include "schutznetz/common/v1/rule.pb.h"
#include "schutznetz/directory/v1/directory_service.pb.h"
#include "schutznetz/events/v1/events_service.pb.h"
#include "schutznetz/exchange/v1/access_service.pb.h"
#include "schutznetz/exchange/v1/exchange_service.pb.h"
#include "services/common/access/rule.h"

namespace schutznetz::access_page {
namespace {

using access::Caller;
using access::Role;
using common::v1::Rule;
using common::v1::Visibility;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;

constexpr Visibility kLevels[] = {common::v1::PUBLIC, common::v1::RESTRICTED, common::v1::NETWORK,
                                  common::v1::PROTECTED};
constexpr char kHead[] =
    R"(# Who may call and see what

Made by `tests/check/access --write` from the protos and the rules that the servers enforce; a test calls every method as every caller
and compares. What each role implies: professional < member; coordinator, editor and moderator imply member; partner and operator imply
public only.

## Methods

"yes": the role is enough. "own Land", "own network", "own room": the role must cover the place of what is read or changed; the domain
checks that in the transaction. "own": the caller's own record. "-": refused before the request is looked at.
)";
constexpr char kLevelHead[] =
    R"(
## Levels

Which level of a record a caller sees. The record belongs to the Land and the network called "own". A level that is not seen is absent from
the answer, and a record whose own level is not seen answers like a missing one. It is a set, not a ladder. Events are arranged by the
coordinators of their network, too, who see and change them as editors do; a draft is PROTECTED, whatever it will be.
)";
constexpr char kFieldHead[] =
    R"(
## Fields

The level of each field. The effective level of a value is the highest of this one, the record's `protection` (fields marked "address": also
its `addressProtection`) and the same of its parents.
)";

Caller Holder(Role role, std::vector<std::string> lands = {}, std::vector<std::string> networks = {},
              std::vector<std::string> scopes = {}) {
  access::Grants grants = {
      .roles = {role}, .lands = std::move(lands), .networks = networks, .scopes = std::move(scopes)};
  if (role == Role::kCoordinator) grants.coordinated_networks = std::move(networks);
  return Caller::Granted("members/somebody", std::move(grants));
}

// Where coordinators may do what editors may, it is in their network.
std::string PlaceOf(Rule::Scope scope, const Caller& caller) {
  switch (scope) {
    case Rule::LAND:
      return caller.grants().roles.Has(Role::kCoordinator) ? "own network" : "own Land";
    case Rule::NETWORK:
      return "own network";
    case Rule::ROOM:
      return "own room";
    case Rule::SELF:
      return "own";
    default:
      return "yes";
  }
}

std::string TableHead(const std::vector<std::string>& titles) {
  const std::vector<std::string> rule(titles.size(), "---");
  return absl::StrCat("\n| ", absl::StrJoin(titles, " | "), " |\n|", absl::StrJoin(rule, "|"), "|\n");
}

std::string TableRow(const std::vector<std::string>& cells) {
  return absl::StrCat("| ", absl::StrJoin(cells, " | "), " |\n");
}

std::string Methods() {
  std::vector<std::string> titles = {"Method", "Scope"};
  for (const Column& column : Columns()) titles.push_back(column.name);
  std::string text;
  for (const auto* service : Services()) {
    absl::StrAppend(&text, "\n### ", service->name(), "\n", TableHead(titles));
    for (int i = 0; i < service->method_count(); ++i) {
      const MethodDescriptor& method = *service->method(i);
      const Rule& rule = method.options().GetExtension(common::v1::rule);
      std::vector<std::string> cells = {absl::StrCat("`", method.name(), "`"), Rule::Scope_Name(rule.scope())};
      for (const Column& column : Columns()) {
        cells.push_back(access::Allows(rule, column.caller).ok() ? PlaceOf(rule.scope(), column.caller) : "-");
      }
      absl::StrAppend(&text, TableRow(cells));
    }
  }
  return text;
}

std::string Levels() {
  std::vector<std::string> titles = {"Caller"};
  for (const Visibility level : kLevels) titles.push_back(Visibility_Name(level));
  titles.push_back("may change");
  std::string text = TableHead(titles);
  for (const Row& row : Rows()) {
    std::vector<std::string> cells = {row.name};
    const wire::LevelSet levels = record::LevelsFor(row.caller, OwnScope());
    for (const Visibility level : kLevels) cells.push_back(levels.Has(level) ? "yes" : "-");
    cells.push_back(record::MayEdit(row.caller, OwnScope()) ? "yes" : "-");
    absl::StrAppend(&text, TableRow(cells));
  }
  return text;
}

// Messages of our own that answers hold, each once, in the order in which they are met.
void Collect(const Descriptor* message, std::set<const Descriptor*>* seen, std::vector<const Descriptor*>* found) {
  if (!absl::StartsWith(message->full_name(), "schutznetz.") || !seen->insert(message).second) return;
  found->push_back(message);
  for (int i = 0; i < message->field_count(); ++i) {
    const FieldDescriptor* field = message->field(i);
    if (field->message_type() != nullptr) Collect(field->message_type(), seen, found);
  }
}

std::string Fields() {
  std::set<const Descriptor*> seen;
  std::vector<const Descriptor*> messages;
  for (const auto* service : Services()) {
    for (int i = 0; i < service->method_count(); ++i) Collect(service->method(i)->output_type(), &seen, &messages);
  }
  std::string text;
  for (const Descriptor* message : messages) {
    if (message->options().map_entry()) continue;
    absl::StrAppend(&text, "\n### ", absl::StripPrefix(message->full_name(), "schutznetz."), "\n",
                    TableHead({"Field", "Level", "Remarks"}));
    for (int i = 0; i < message->field_count(); ++i) {
      const auto& options = message->field(i)->options();
      const Visibility stated = options.GetExtension(common::v1::visibility);
      std::vector<std::string> remarks;
      if (options.GetExtension(common::v1::field).part() == common::v1::FieldRule::ADDRESS)
        remarks.push_back("address");
      if (options.GetExtension(common::v1::personal)) remarks.push_back("personal");
      absl::StrAppend(
          &text, TableRow({absl::StrCat("`", message->field(i)->json_name(), "`"),
                           Visibility_Name(stated == common::v1::VISIBILITY_UNSPECIFIED ? common::v1::NETWORK : stated),
                           absl::StrJoin(remarks, ", ")}));
    }
  }
  return text;
}

std::vector<std::string> CellsOf(std::string_view line) {
  std::vector<std::string> cells;
  for (absl::string_view cell : absl::StrSplit(absl::string_view(line.data(), line.size()).substr(1), '|')) {
    cell = absl::StripAsciiWhitespace(cell);
    absl::ConsumePrefix(&cell, "`");
    absl::ConsumeSuffix(&cell, "`");
    cells.emplace_back(cell);
  }
  cells.pop_back();  // behind the last bar
  return cells;
}

}  // namespace

const record::RecordScope& OwnScope() {
  static const record::RecordScope kScope = {{"lands/DE-NW"}, {"networks/own"}};
  return kScope;
}

const std::vector<Column>& Columns() {
  static const std::vector<Column> kColumns = {
      {"public", Caller()},
      {"professional", Holder(Role::kProfessional)},
      {"member", Holder(Role::kMember)},
      {"coordinator", Holder(Role::kCoordinator)},
      {"editor", Holder(Role::kEditor)},
      {"moderator", Holder(Role::kModerator)},
      {"partner", Holder(Role::kPartner)},
      {"operator", Holder(Role::kOperator)},
  };
  return kColumns;
}

const std::vector<Row>& Rows() {
  static const std::vector<Row> kRows = {
      {"public", Caller()},
      {"professional", Holder(Role::kProfessional)},
      {"member of the own network", Holder(Role::kMember, {}, {"networks/own"})},
      {"member of another network", Holder(Role::kMember, {}, {"networks/other"})},
      {"coordinator of the own network", Holder(Role::kCoordinator, {}, {"networks/own"})},
      {"coordinator of another network", Holder(Role::kCoordinator, {}, {"networks/other"})},
      {"editor of the own Land", Holder(Role::kEditor, {"lands/DE-NW"})},
      {"editor of another Land", Holder(Role::kEditor, {"lands/DE-BB"})},
      {"moderator", Holder(Role::kModerator)},
      {"partner with restricted.read", Holder(Role::kPartner, {}, {}, {"restricted.read"})},
      {"partner without scopes", Holder(Role::kPartner)},
      {"operator", Holder(Role::kOperator)},
  };
  return kRows;
}

const std::vector<const google::protobuf::ServiceDescriptor*>& Services() {
  static const auto* kServices = [] {
    // Naming the tables of the files links them; nothing else here refers to some of them.
    auto* services = new std::vector<const google::protobuf::ServiceDescriptor*>;
    for (const char* file : {descriptor_table_schutznetz_2fdirectory_2fv1_2fdirectory_5fservice_2eproto.filename,
                             descriptor_table_schutznetz_2fevents_2fv1_2fevents_5fservice_2eproto.filename,
                             descriptor_table_schutznetz_2fexchange_2fv1_2fexchange_5fservice_2eproto.filename,
                             descriptor_table_schutznetz_2fexchange_2fv1_2faccess_5fservice_2eproto.filename}) {
      const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindFileByName(file);
      for (int i = 0; i < descriptor->service_count(); ++i) services->push_back(descriptor->service(i));
    }
    return services;
  }();
  return *kServices;
}

std::string Page() { return absl::StrCat(kHead, Methods(), kLevelHead, Levels(), kFieldHead, Fields()); }

ReadPage Read(std::string_view page) {
  ReadPage read;
  std::string part, section;
  std::vector<std::string> titles;
  for (absl::string_view line : absl::StrSplit(absl::string_view(page.data(), page.size()), '\n')) {
    if (absl::ConsumePrefix(&line, "## ")) part = std::string(line);
    if (absl::ConsumePrefix(&line, "### ")) section = std::string(line);
    if (!absl::StartsWith(line, "|")) titles.clear();
    if (!absl::StartsWith(line, "|") || absl::StartsWith(line, "|---")) continue;
    const std::vector<std::string> cells = CellsOf({line.data(), line.size()});
    if (titles.empty()) {
      titles = cells;
      continue;
    }
    if (part == "Fields") read.fields++;
    Cells* into = part == "Methods" ? &read.methods : part == "Levels" ? &read.levels : nullptr;
    if (into == nullptr) continue;
    auto& row = (*into)[part == "Methods" ? absl::StrCat(section, ".", cells[0]) : cells[0]];
    for (size_t i = 1; i < cells.size() && i < titles.size(); ++i) row[titles[i]] = cells[i];
  }
  return read;
}

}  // namespace schutznetz::access_page
