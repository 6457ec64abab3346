// schutznetzctl import events FILE: a calendar file, whose events become drafts.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>

#include "cli/commands.h"

namespace schutznetz::cli {
namespace {

constexpr int kEventRetries = 20;

struct EventOptions {
  std::string file, organizer, land, network, type;
  bool dry_run = false;
};

int ReportEvents(const EventOptions& options, simdjson::dom::element result) {
  size_t refused = 0;
  for (auto refusal : ListAt(result, "refusals")) {
    ++refused;
    const std::string field = TextAt(refusal, {"field"});
    std::fprintf(stderr, "%s:%s: refused: %s%s%s\n", options.file.c_str(), TextAt(refusal, {"line"}).c_str(),
                 field.c_str(), field.empty() ? "" : ": ", TextAt(refusal, {"reason"}).c_str());
  }
  size_t made = 0;
  for (auto name : ListAt(result, "names")) {
    ++made;
    std::string_view text;
    if (!options.dry_run && name.get(text) == simdjson::SUCCESS) std::printf("%.*s\n", int(text.size()), text.data());
  }
  const std::string existing = TextAt(result, {"existing"});
  std::printf("%s%zu new drafts, %s imported before, %zu refused\n", options.dry_run ? "Dry run: " : "", made,
              existing.empty() ? "0" : existing.c_str(), refused);
  return refused > 0 ? kRefused : kOk;
}

int ImportCalendar(HttpClient& client, const EventOptions& options) {
  std::ifstream in(options.file, std::ios::binary);
  if (!in) {
    std::fprintf(stderr, "error: cannot read %s\n", options.file.c_str());
    return kUsage;
  }
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  Parameters query{
      {"requestId", NewRequestId()}, {"organizer", options.organizer}, {"land", options.land}, {"type", options.type}};
  if (!options.network.empty()) query.emplace_back("network", options.network);
  if (options.dry_run) query.emplace_back("validateOnly", "true");
  const Response response = client.Call("POST", "/v1/events:import", query, text, kEventRetries, "text/calendar");
  if (response.status / 100 != 2) return ReportError(response);
  simdjson::dom::parser parser;
  simdjson::dom::element result;
  if (parser.parse(response.body).get(result) != simdjson::SUCCESS) return kUnavailable;
  return ReportEvents(options, result);
}

}  // namespace

void AddEventImport(CLI::App& import, Context& context) {
  auto options = std::make_shared<EventOptions>();
  auto* command = import.add_subcommand("events", "events from a calendar file (.ics), as drafts");
  command->add_option("file", options->file, "the file")->required();
  command->add_option("--organizer", options->organizer, "who arranges them: organizations/…")->required();
  command->add_option("--land", options->land, "where they belong: lands/DE-NW")->required();
  command->add_option("--network", options->network, "the network they belong to: networks/…");
  command->add_option("--type", options->type, "what they are: WORKSHOP, SEMINAR, CONFERENCE, …")->required();
  command->add_flag("--dry_run", options->dry_run, "check and count, change nothing");
  command->callback([&context, options] {
    context.run = [options](HttpClient& client) { return ImportCalendar(client, *options); };
  });
}

}  // namespace schutznetz::cli
