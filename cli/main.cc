// schutznetzctl: the command line for editors, operators and partners. Speaks to the gateway only.
#include <curl/curl.h>

#include <cstdio>
#include <fstream>
#include <map>

#include "cli/commands.h"

namespace schutznetz::cli {
namespace {

// The first line of the file; "" when none is named.
std::string ReadToken(const std::string& file) {
  if (file.empty()) return "";
  std::ifstream in(file);
  std::string token;
  if (!std::getline(in, token)) throw CLI::ValidationError("--token_file", "cannot read " + file);
  return token;
}

int Main(int argc, char** argv) {
  Context context;
  CLI::App app{"schutznetzctl: whom to call, and the work of those who keep that answer right.", "schutznetzctl"};
  app.require_subcommand(1);
  app.fallthrough();
  app.add_option("--gateway", context.connection.gateway, "URL of the gateway")
      ->envname("SCHUTZNETZ_GATEWAY")
      ->default_val("http://localhost:8080");
  app.add_option("--token_file", context.token_file, "file with your access token")->envname("SCHUTZNETZ_TOKEN_FILE");
  app.add_option("--timeout_s", context.connection.timeout_s, "longest wait for one answer, seconds")->default_val(10);
  app.add_option("-o,--output", context.format, "table or json")
      ->transform(
          CLI::CheckedTransformer(std::map<std::string, Format>{{"table", Format::kTable}, {"json", Format::kJson}}));
  AddDirectoryCommands(app, context);
  AddImportCommands(app, context);
  AddApplyCommand(app, context);
  AddAuditCommands(app, context);
  AddIdentityCommands(app, context);
  AddProtectionCommands(app, context);
  AddPublicationCommands(app, context);
  AddTokenCommands(app, context);
  AddStatusCommands(app, context);
  try {
    app.parse(argc, argv);
    context.connection.token = ReadToken(context.token_file);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kUsage;
  }
  while (context.connection.gateway.ends_with('/')) context.connection.gateway.pop_back();
  HttpClient client(context.connection);
  try {
    return context.run(client);
  } catch (const Unreachable& unreachable) {
    std::fprintf(stderr, "error: %s\n", unreachable.text.c_str());
    return kUnavailable;
  }
}

}  // namespace
}  // namespace schutznetz::cli

int main(int argc, char** argv) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  const int exit = schutznetz::cli::Main(argc, argv);
  curl_global_cleanup();
  return exit;
}
