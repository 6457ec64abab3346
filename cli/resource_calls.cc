#include "cli/resource_calls.h"

#include <cstdio>

namespace schutznetz::cli {

int Do(HttpClient& client, const Context& context, std::string_view http_method, const std::string& path,
       const Parameters& query, const std::string& body, const std::function<void(simdjson::dom::element)>& print) {
  Parameters parameters = query;
  if (http_method != "GET" && body.find("\"requestId\"") == std::string::npos) {
    parameters.emplace_back("requestId", NewRequestId());
  }
  const Response response = client.Call(http_method, path, parameters, body, kRetries);
  return Report(response, context.format, print);
}

void PrintNameAndState(simdjson::dom::element record) {
  std::printf("%s %s\n", TextAt(record, {"name"}).c_str(), TextAt(record, {"state"}).c_str());
}

int Act(HttpClient& client, const Context& context, const std::string& name, const std::string& verb, Json body) {
  body.Text("requestId", NewRequestId());
  return Do(client, context, "POST", "/v1/" + name + ":" + verb, {}, body.Take(), PrintNameAndState);
}

int ActOnCurrent(HttpClient& client, const Context& context, const std::string& name, const std::string& verb) {
  const Response read = client.Call("GET", "/v1/" + name, {}, {}, kRetries);
  if (read.status / 100 != 2) return ReportError(read);
  simdjson::dom::parser parser;
  simdjson::dom::element record;
  if (parser.parse(read.body).get(record) != simdjson::SUCCESS) return kUnavailable;
  return Act(client, context, name, verb, Json().Text("etag", TextAt(record, {"etag"})));
}

int List(HttpClient& client, const Context& context, const std::string& path, Parameters query, std::string_view list,
         const std::vector<std::pair<std::string, std::string>>& columns) {
  std::vector<std::string> titles;
  for (const auto& column : columns) titles.push_back(column.first);
  Table table(titles);
  std::string next;
  do {
    Parameters parameters = query;
    if (!next.empty()) parameters.emplace_back("pageToken", next);
    const int exit = Do(client, context, "GET", path, parameters, {}, [&](simdjson::dom::element root) {
      for (auto record : ListAt(root, list)) {
        std::vector<std::string> row;
        for (const auto& column : columns) row.push_back(TextAt(record, {column.second}));
        table.Add(std::move(row));
      }
      next = TextAt(root, {"nextPageToken"});
    });
    if (exit != kOk) return exit;
  } while (!next.empty());
  if (context.format == Format::kTable) table.Print();
  return kOk;
}

CLI::App* AddGroup(CLI::App& app, const char* name, const char* help) {
  CLI::App* group = app.add_subcommand(name, help);
  group->require_subcommand(1);
  return group;
}

}  // namespace schutznetz::cli
