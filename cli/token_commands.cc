// schutznetzctl token issue|key: the built-in issuer of an installation on one machine.
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "services/common/time/clock.h"
#include "services/common/tokens/token_issuer.h"

namespace schutznetz::cli {
namespace {

constexpr int kHoursMax = 24 * 30;

struct TokenOptions {
  std::string key_file, subject;
  std::vector<std::string> roles, lands;
  int hours = 12;
};

int Issue(const TokenOptions& options) {
  std::ifstream file(options.key_file);
  std::ostringstream pem;
  pem << file.rdbuf();
  const SystemClock clock;
  auto issuer = tokens::TokenIssuer::Create(pem.str(), tokens::kOwnIssuer, tokens::kDefaultAudience, clock);
  if (!file || !issuer.ok()) {
    std::fprintf(stderr, "error: %s does not hold a signing key\n", options.key_file.c_str());
    return kUsage;
  }
  tokens::TokenClaims claims = {.subject = options.subject, .client_id = "schutznetzctl"};
  if (!options.roles.empty()) claims.roles = options.roles;
  if (!options.lands.empty()) {
    std::vector<std::string>& lands = claims.lands.emplace();
    for (const std::string& land : options.lands) lands.push_back(land.starts_with("lands/") ? land : "lands/" + land);
  }
  const auto token = issuer->Issue(claims, absl::Hours(options.hours));
  if (!token.ok()) {
    std::fprintf(stderr, "error: %s\n", std::string(token.status().message()).c_str());
    return kUsage;
  }
  std::printf("%s\n", token->c_str());
  return kOk;
}

}  // namespace

void AddTokenCommands(CLI::App& app, Context& context) {
  const auto options = std::make_shared<TokenOptions>();
  CLI::App* token = app.add_subcommand("token", "Access tokens of an installation on one machine");
  token->require_subcommand(1);
  CLI::App* issue = token->add_subcommand("issue", "Prints a token for a member; it gives what the grants give");
  issue->add_option("--key_file", options->key_file, "file with the installation's signing key")
      ->envname("SCHUTZNETZ_SIGNING_KEY_FILE")
      ->required();
  issue->add_option("--subject", options->subject, "members/…, or the subject the member was made for")->required();
  issue->add_option("--role", options->roles, "no more than this role, for example editor; repeatable");
  issue->add_option("--land", options->lands, "no more than this Land, for example DE-NW; repeatable");
  issue->add_option("--hours", options->hours, "how long it is good")->check(CLI::Range(1, kHoursMax));
  issue->callback([&context, options] { context.run = [options](HttpClient&) { return Issue(*options); }; });
  CLI::App* key = token->add_subcommand("key", "Prints a new signing key for --signing_key_file");
  key->callback([&context] {
    context.run = [](HttpClient&) {
      std::printf("%s", tokens::NewSigningKeyPem().c_str());
      return static_cast<int>(kOk);
    };
  });
}

}  // namespace schutznetz::cli
