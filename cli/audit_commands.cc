// schutznetzctl audit export|verify|key|actor: the audit log for those who check it.
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "services/common/audit/verifier.h"

namespace schutznetz::cli {
namespace {

constexpr int kReadRetries = 60;  // an export obeys the read limit and simply takes longer

struct AuditOptions {
  std::string server = "directory";
  std::string file;
  std::vector<std::string> checkpoint_files;
  std::vector<std::string> public_keys;
  std::string checkpoints_out;
  std::string key_file;
  std::string principal;
};

using TakeText = std::function<void(std::string_view)>;

// Every page of the server's log, in order. The checkpoints of a page come before its lines.
int ReadAll(HttpClient& client, const std::string& server, const TakeText& line, const TakeText& checkpoint) {
  std::string token;
  do {
    Parameters query = {{"pageSize", "500"}};
    if (!token.empty()) query.emplace_back("pageToken", token);
    const Response response = client.Call("GET", "/v1/audit/" + server + "/entries", query, {}, kReadRetries);
    if (response.status / 100 != 2) return ReportError(response);
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    if (parser.parse(response.body).get(root) != simdjson::SUCCESS) return kUnavailable;
    for (const auto text : ListAt(root, "checkpoints")) checkpoint(text.get_string().value());
    for (const auto text : ListAt(root, "lines")) line(text.get_string().value());
    token = TextAt(root, {"nextPageToken"});
  } while (!token.empty());
  return kOk;
}

int Export(HttpClient& client, const AuditOptions& options) {
  std::ofstream checkpoints;
  if (!options.checkpoints_out.empty()) {
    checkpoints.open(options.checkpoints_out);
    if (!checkpoints) throw CLI::ValidationError("--checkpoints", "cannot write " + options.checkpoints_out);
  }
  const int exit = ReadAll(
      client, options.server, [](std::string_view line) { std::cout << line << '\n'; },
      [&](std::string_view checkpoint) { checkpoints << checkpoint << '\n'; });
  std::cout.flush();
  return exit == kOk && !std::cout ? static_cast<int>(kRefused) : exit;
}

void ForEachLine(const std::string& file, const TakeText& take) {
  std::ifstream in(file);
  if (!in) throw CLI::ValidationError("file", "cannot read " + file);
  for (std::string line; std::getline(in, line);) take(line);
}

int Print(const audit::Report& report, const Context& context) {
  const bool proven = report.covered > 0 || report.entries == 0;
  if (context.format == Format::kTable) {
    Table table({"EINTRÄGE", "BEFUND", "ERKLÄRUNG"});
    for (const audit::Finding& finding : report.findings) {
      table.Add({std::to_string(finding.first) + "-" + std::to_string(finding.last),
                 std::string(audit::NameOf(finding.tampering)), finding.text});
    }
    if (!table.empty()) table.Print();
  } else {
    for (const audit::Finding& finding : report.findings) {
      std::printf("{\"first\":%lld,\"last\":%lld,\"finding\":\"%s\",\"text\":\"%s\"}\n",
                  static_cast<long long>(finding.first), static_cast<long long>(finding.last),
                  std::string(audit::NameOf(finding.tampering)).c_str(), finding.text.c_str());
    }
  }
  std::fprintf(stderr, "%s: %lld entries (%lld to %lld), %lld checkpoints, covered up to %lld: %s\n",
               report.log.empty() ? "empty log" : report.log.c_str(), static_cast<long long>(report.entries),
               static_cast<long long>(report.first), static_cast<long long>(report.last),
               static_cast<long long>(report.checkpoints), static_cast<long long>(report.covered),
               !report.ok() ? "TAMPERED WITH" : (proven ? "whole" : "whole as a chain, but no checkpoint was given"));
  return report.ok() ? kOk : kRefused;
}

int Verify(HttpClient& client, const AuditOptions& options, const Context& context) {
  audit::Verifier verifier(options.public_keys);
  for (const std::string& file : options.checkpoint_files) {
    ForEachLine(file, [&](std::string_view line) { verifier.AddCheckpoint(audit::FindCheckpoint(line)); });
  }
  const auto take = [&](std::string_view line) { verifier.AddLine(line); };
  if (!options.file.empty()) {
    ForEachLine(options.file, take);
  } else if (const int exit = ReadAll(client, options.server, take, [](std::string_view) {}); exit != kOk) {
    return exit;
  }
  return Print(verifier.Finish(), context);
}

audit::AuditKey ReadKey(const std::string& file) {
  std::ifstream in(file);
  std::string text;
  std::getline(in, text);
  auto key = audit::AuditKey::FromText(text);
  if (!key.ok()) throw CLI::ValidationError("--key_file", file + ": " + std::string(key.status().message()));
  return *std::move(key);
}

int Key(const AuditOptions& options) {
  if (options.key_file.empty()) {
    std::printf("%s\n", audit::AuditKey::NewText().c_str());
  } else {
    std::printf("%s\n", ReadKey(options.key_file).public_key().c_str());
  }
  return kOk;
}

// Files and keys are looked at when the command runs; a wrong one is a mistake of the command line.
std::function<int(HttpClient&)> Guarded(std::function<int(HttpClient&)> run) {
  return [run = std::move(run)](HttpClient& client) {
    try {
      return run(client);
    } catch (const CLI::ValidationError& error) {
      std::fprintf(stderr, "error: %s\n", error.what());
      return static_cast<int>(kUsage);
    }
  };
}

void AddVerify(CLI::App& audit, Context& context, const std::shared_ptr<AuditOptions>& options) {
  CLI::App* verify = audit.add_subcommand("verify", "Finds and locates tampering; exit code 1 when there is any");
  verify->add_option("file", options->file, "an export, one entry per line; absent: read from the server");
  verify->add_option("--checkpoints", options->checkpoint_files,
                     "files with checkpoints from outside the system, for example its log lines");
  verify->add_option("--public_key", options->public_keys, "keys that checkpoints are signed with, snap_…");
  verify->add_option("--server", options->server, "directory or exchange");
  verify->callback([&context, options] {
    context.run = Guarded([&context, options](HttpClient& client) { return Verify(client, *options, context); });
  });
}

}  // namespace

void AddAuditCommands(CLI::App& app, Context& context) {
  const auto options = std::make_shared<AuditOptions>();
  CLI::App* audit = app.add_subcommand("audit", "Export and check the audit log");
  audit->require_subcommand(1);
  CLI::App* export_command = audit->add_subcommand("export", "Prints the log of a server, one entry per line");
  export_command->add_option("--server", options->server, "directory or exchange");
  export_command->add_option("--checkpoints", options->checkpoints_out,
                             "file for the checkpoints that the server keeps");
  export_command->callback([&context, options] {
    context.run = Guarded([options](HttpClient& client) { return Export(client, *options); });
  });
  AddVerify(*audit, context, options);
  CLI::App* key = audit->add_subcommand("key", "Prints a new key for --audit_key_file, or the public key of one");
  key->add_option("--of", options->key_file, "file of a key: print its public key");
  key->callback([&context, options] { context.run = Guarded([options](HttpClient&) { return Key(*options); }); });
  CLI::App* actor = audit->add_subcommand("actor", "Prints the pseudonym under which the log knows a principal");
  actor->add_option("--key_file", options->key_file, "file of the server's audit key")->required();
  actor->add_option("principal", options->principal, "for example members/…")->required();
  actor->callback([&context, options] {
    context.run = Guarded([options](HttpClient&) {
      std::printf("%s\n", ReadKey(options->key_file).Pseudonym(options->principal).c_str());
      return static_cast<int>(kOk);
    });
  });
}

}  // namespace schutznetz::cli
