// schutznetzctl reach, search, get.
#include <cstdio>
#include <memory>

#include "cli/commands.h"

namespace schutznetz::cli {
namespace {

// Calls, reports an error, prints JSON as it came, or hands the parsed answer to `print`.
int Show(HttpClient& client, const Context& context, std::string_view path, const Parameters& query,
         const std::function<void(simdjson::dom::element)>& print) {
  const Response response = client.Call("GET", path, query, {}, 2);
  return Report(response, context.format, print);
}

std::string FirstPhone(simdjson::dom::element record) {
  auto phones = ListAt(record, "phones");
  return phones.empty() ? "" : TextAt(phones.front(), {"number"});
}

std::string Reachable(simdjson::dom::element holder) {
  const std::string state = TextAt(holder, {"reachability", "state"});
  if (state == "REACHABLE") {
    const std::string until = TextAt(holder, {"reachability", "until"});
    return until.empty() ? "immer" : "bis " + GermanTime(until);
  }
  const std::string next = TextAt(holder, {"reachability", "next"});
  if (!next.empty()) return "ab " + GermanTime(next);
  return state == "CLOSED" ? "geschlossen" : "unbekannt";
}

void PrintSteps(simdjson::dom::element root, std::string_view list, const char* title) {
  Table table({"#", "WER", "RUFNUMMER", "ERREICHBAR", "WARUM"});
  for (auto step : ListAt(root, list)) {
    table.Add({TextAt(step, {"rank"}), TextAt(step, {"displayName"}), FirstPhone(step), Reachable(step),
               TextAt(step, {"reasonText"})});
  }
  if (table.empty()) return;
  std::printf("\n%s\n", title);
  table.Print();
}

void PrintLadder(simdjson::dom::element root) {
  std::string areas;
  for (auto area : ListAt(root, "areas")) {
    areas += (areas.empty() ? "" : "; ") + TextAt(area, {"displayName"}) + " (" + TextAt(area, {"key"}) + ")";
  }
  std::printf("%s · %s%s\n", areas.empty() ? "Deutschland" : areas.c_str(), GermanTime(TextAt(root, {"at"})).c_str(),
              TextAt(root, {"approximate"}) == "true" ? " · Ort nur ungefähr bekannt" : "");
  PrintSteps(root, "steps", "Jetzt, der Reihe nach (meldet sich niemand: die nächste Zeile):");
  PrintSteps(root, "later", "Zuständig, aber gerade nicht erreichbar:");
  if (TextAt(root, {"degraded"}) == "true") std::printf("\nStand: %s\n", GermanTime(TextAt(root, {"asOf"})).c_str());
}

void PrintHits(simdjson::dom::element root) {
  Table table({"DIENST", "ART", "RUFNUMMER", "ERREICHBAR", "ENTFERNUNG", "NAME"});
  for (auto hit : ListAt(root, "hits")) {
    simdjson::dom::element service;
    if (hit.at_key("service").get(service) != simdjson::SUCCESS) continue;
    double metres = 0;
    std::string distance;
    if (hit.at_key("distanceM").get(metres) == simdjson::SUCCESS) {
      char text[32];
      std::snprintf(text, sizeof text, "%s%.1f km", TextAt(hit, {"distanceApproximate"}) == "true" ? "~" : "",
                    metres / 1000);
      distance = text;
    }
    table.Add({TextAt(service, {"displayName"}), TextAt(service, {"kind"}), FirstPhone(service), Reachable(hit),
               distance, TextAt(service, {"name"})});
  }
  if (table.empty()) {
    std::printf("Keine Treffer. Weniger Bedingungen oder andere Wörter versuchen.\n");
    return;
  }
  table.Print();
  std::printf("%s Treffer\n", TextAt(root, {"totalSize"}).c_str());
  const std::string token = TextAt(root, {"nextPageToken"});
  if (!token.empty()) std::printf("Weiter mit --page_token %s\n", token.c_str());
}

// One option that goes into the query as it is.
void AddParameter(CLI::App* command, const std::shared_ptr<Parameters>& query, const std::string& flag,
                  const std::string& name, const std::string& help) {
  command
      ->add_option_function<std::vector<std::string>>(
          flag,
          [query, name](const std::vector<std::string>& values) {
            for (const auto& v : values) query->emplace_back(name, v);
          },
          help)
      ->allow_extra_args(false);
}

void AddReach(CLI::App& app, Context& context) {
  auto query = std::make_shared<Parameters>();
  auto* reach = app.add_subcommand("reach", "Whom to call, now, here");
  AddParameter(reach, query, "--postcode", "postcode", "postcode, for example 48143");
  AddParameter(reach, query, "--place", "place", "name of a place");
  AddParameter(reach, query, "--area", "area", "area key, for example 05515");
  AddParameter(reach, query, "--form", "form", "form of exploitation, for example SEXUAL_EXPLOITATION");
  AddParameter(reach, query, "--at", "at", "instant, RFC 3339; default now");
  AddParameter(reach, query, "--age", "age", "age of the person concerned, years");
  reach->callback([&context, query] {
    context.run = [&context, query](HttpClient& client) {
      return Show(client, context, "/v1/services:reach", *query, PrintLadder);
    };
  });
}

void AddSearch(CLI::App& app, Context& context) {
  auto query = std::make_shared<Parameters>();
  auto* search = app.add_subcommand("search", "Find services");
  AddParameter(search, query, "q", "q", "words to find");
  AddParameter(search, query, "--land", "land", "Land, for example DE-NW");
  AddParameter(search, query, "--area", "area", "area key");
  AddParameter(search, query, "--kind", "kind", "kind of service, repeatable");
  AddParameter(search, query, "--form", "form", "form of exploitation, repeatable");
  AddParameter(search, query, "--topic", "topic", "topic, repeatable");
  AddParameter(search, query, "--language", "language", "language, repeatable");
  AddParameter(search, query, "--channel", "channel", "channel, repeatable");
  AddParameter(search, query, "--latitude", "near.latitude", "measure from here, degrees north");
  AddParameter(search, query, "--longitude", "near.longitude", "measure from here, degrees east");
  AddParameter(search, query, "--radius_m", "radiusM", "only within this many metres");
  AddParameter(search, query, "--advises_minors", "advisesMinors", "YES or NO");
  AddParameter(search, query, "--reachable_at", "reachableAt", "reachable at this instant, RFC 3339");
  AddParameter(search, query, "--order_by", "orderBy", "RELEVANCE, DISTANCE or NAME");
  AddParameter(search, query, "--page_size", "pageSize", "hits per page");
  AddParameter(search, query, "--page_token", "pageToken", "continue from the page before");
  search->callback([&context, query] {
    context.run = [&context, query](HttpClient& client) {
      return Show(client, context, "/v1/services:search", *query, PrintHits);
    };
  });
}

void AddGet(CLI::App& app, Context& context) {
  auto name = std::make_shared<std::string>();
  auto* get = app.add_subcommand("get", "Read one resource by its name");
  get->add_option("name", *name, "for example services/jugendamt-muenster-kinderschutz")->required();
  get->callback([&context, name] {
    context.run = [name](HttpClient& client) {
      const Response response = client.Call("GET", "/v1/" + *name, {{"$prettyPrint", "true"}}, {}, 2);
      if (response.status / 100 != 2) return ReportError(response);
      std::printf("%s\n", response.body.c_str());
      return static_cast<int>(kOk);
    };
  });
}

}  // namespace

void AddDirectoryCommands(CLI::App& app, Context& context) {
  AddReach(app, context);
  AddSearch(app, context);
  AddGet(app, context);
}

}  // namespace schutznetz::cli
