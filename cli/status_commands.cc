// schutznetzctl status, version.
#include <cstdio>
#include <memory>

#include "cli/commands.h"

namespace schutznetz::cli {
namespace {

// The installation as a caller sees it: the gateway answers, the directory behind it answers, how fresh the data is.
int Status(HttpClient& client, const Context& context) {
  const Response response = client.Call("GET", "/v1/services:search", {{"pageSize", "1"}});
  if (response.status / 100 != 2) return ReportError(response);
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (context.format == Format::kJson || parser.parse(response.body).get(root) != simdjson::SUCCESS) {
    std::printf("%s\n", response.body.c_str());
    return kOk;
  }
  const bool degraded = TextAt(root, {"degraded"}) == "true";
  Table table({"TEIL", "ZUSTAND", "STAND"});
  table.Add({"gateway", "erreichbar", context.connection.gateway});
  table.Add({"directory", degraded ? "eingeschränkt: Datenbank nicht bestätigt" : "bereit",
             GermanTime(TextAt(root, {"asOf"}))});
  table.Print();
  std::printf("%s öffentliche Dienste\n", TextAt(root, {"totalSize"}).c_str());
  return degraded ? kUnavailable : kOk;
}

}  // namespace

void AddStatusCommands(CLI::App& app, Context& context) {
  app.add_subcommand("status", "Does everything answer, and how fresh is the data")->callback([&context] {
    context.run = [&context](HttpClient& client) { return Status(client, context); };
  });
  app.add_subcommand("version", "Version of this program")->callback([&context] {
    context.run = [](HttpClient&) {
      std::printf("schutznetzctl %s\n", SCHUTZNETZ_VERSION);
      return static_cast<int>(kOk);
    };
  });
}

}  // namespace schutznetz::cli
