// schutznetzctl apply FILE…: creates the resources of NDJSON files, or brings them up to date.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>

#include "cli/commands.h"

namespace schutznetz::cli {
namespace {

constexpr int kWriteRetries = 60;  // an import obeys the write limit and simply takes longer

struct Counts {
  int created = 0, updated = 0, refused = 0;
};

std::vector<std::string> ReadLines(const std::string& file) {
  std::ifstream in(file);
  if (!in) throw CLI::ValidationError("file", "cannot read " + file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(std::move(line));
  return lines;
}

// "serviceAtLocations" -> "serviceAtLocation": the name of the id parameter.
std::string Singular(std::string_view collection) { return std::string(collection.substr(0, collection.size() - 1)); }

// Replaces an existing resource: reads its etag, then sends the record with a mask over everything.
Response Replace(HttpClient& client, const std::string& name, const std::string& line) {
  const Response current = client.Call("GET", "/v1/" + name, {}, {}, kWriteRetries);
  if (current.status / 100 != 2) return current;
  simdjson::dom::parser parser;
  simdjson::dom::element record;
  if (parser.parse(current.body).get(record) != simdjson::SUCCESS) return current;
  std::string body = line.substr(0, line.rfind('}')) + ",\"etag\":\"" + TextAt(record, {"etag"}) + "\"}";
  return client.Call("PATCH", "/v1/" + name, {{"updateMask", "*"}}, body, kWriteRetries);
}

// Creates or replaces one record; returns the last answer.
Response Put(HttpClient& client, const std::string& line, const std::string& name, Counts& counts) {
  const size_t slash = name.find('/');
  const std::string collection = name.substr(0, slash);
  Response response = client.Call("POST", "/v1/" + collection, {{Singular(collection) + "Id", name.substr(slash + 1)}},
                                  line, kWriteRetries);
  if (response.status == 409) {
    response = Replace(client, name, line);
    counts.updated += response.status / 100 == 2;
  } else {
    counts.created += response.status / 100 == 2;
  }
  return response;
}

int Apply(HttpClient& client, const std::vector<std::string>& files) {
  Counts counts;
  int exit = kOk;
  for (const std::string& file : files) {
    const std::vector<std::string> lines = ReadLines(file);
    Progress progress("Applying " + file, lines.size());
    for (size_t i = 0; i < lines.size(); ++i) {
      progress.At(i);
      if (lines[i].find_first_not_of(" \t\r") == std::string::npos) continue;
      simdjson::dom::parser parser;
      simdjson::dom::element record;
      const bool parsed = parser.parse(lines[i]).get(record) == simdjson::SUCCESS;
      const std::string name = parsed ? TextAt(record, {"name"}) : "";
      if (name.find('/') == std::string::npos) {
        std::fprintf(stderr, "\n%s:%zu: %s\n", file.c_str(), i + 1,
                     parsed ? "the record has no name" : "not a JSON object");
        ++counts.refused;
        exit = std::max<int>(exit, kRefused);
        continue;
      }
      const Response response = Put(client, lines[i], name, counts);
      if (response.status / 100 == 2) continue;
      std::fprintf(stderr, "\n%s:%zu: %s\n", file.c_str(), i + 1, name.c_str());
      exit = std::max(exit, ReportError(response));
      ++counts.refused;
      if (response.status == 401) return exit;
    }
    progress.Done();
  }
  std::printf("%d created, %d updated, %d refused\n", counts.created, counts.updated, counts.refused);
  return exit;
}

}  // namespace

void AddApplyCommand(CLI::App& app, Context& context) {
  auto files = std::make_shared<std::vector<std::string>>();
  auto* apply = app.add_subcommand("apply", "Create or update the resources in NDJSON files, one record a line");
  apply->add_option("file", *files, "files, in the order in which they depend on each other")->required();
  apply->callback([&context, files] { context.run = [files](HttpClient& client) { return Apply(client, *files); }; });
}

}  // namespace schutznetz::cli
