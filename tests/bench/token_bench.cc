// What it costs to know a caller: verifying a token at the gateway the first time and again, and reading a caller
// context in a server. One JSON row per line, as tests/bench/run reads them.
//
// token_bench --write FOLDER: RS256 alone, which most providers use and whose tokens are the longest; leaves what
// `gateway-token` needs there, tokens.txt (one a line) and jwks.json.
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gateway/authentication/token_verifier.h"
#include "gateway/testing/token_keys.h"
#include "services/common/access/caller_context.h"
#include "services/common/telemetry/log.h"

namespace {

using namespace schutznetz;
using gateway::testing::TokenKey;

constexpr int kTokens = 10'000;

// Nanoseconds of this thread per run.
template <typename Run>
double NanosEach(int runs, Run run) {
  timespec begin, end;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
  for (int i = 0; i < runs; ++i) run(i);
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
  return (static_cast<double>(end.tv_sec - begin.tv_sec) * 1e9 + static_cast<double>(end.tv_nsec - begin.tv_nsec)) /
         runs;
}

void Row(const std::string& metric, double ours, double limit, const char* limit_name) {
  std::printf(
      R"({"bench":"token","metric":"%s","ours":%.1f,"peer":%.1f,"peer_name":"%s","unit":"ns","ratio":%.3f,"goal":"<= 1","met":%s})"
      "\n",
      metric.c_str(), ours, limit, limit_name, ours / limit, ours <= limit ? "true" : "false");
}

void Require(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "token_bench: %s\n", what);
  std::exit(1);
}

std::vector<std::string> MakeTokens(const TokenKey& key, const Clock& clock) {
  const int64_t now = absl::ToUnixSeconds(clock.Now());
  std::vector<std::string> tokens;
  for (int i = 0; i < kTokens; ++i) {
    tokens.push_back(key.Token(
        key.Header(), absl::StrCat(R"({"iss":"https://id.example","aud":"schutznetz","client_id":"portal","sub":"u-)",
                                   i, R"(","iat":)", now, R"(,"exp":)", now + 600, R"(,"jti":"0123456789abcdef"})")));
  }
  return tokens;
}

void WriteTo(const std::string& folder, const std::string& jwks, const std::vector<std::string>& tokens) {
  std::ofstream(folder + "/jwks.json") << jwks;
  std::ofstream file(folder + "/tokens.txt");
  for (const std::string& token : tokens) file << token << "\n";
  Require(file.flush().good(), "the tokens cannot be written");
}

// The signature alone, which nothing can spare, is the peer of a first verification; a microsecond that of a second
// one.
void BenchTokens(const TokenKey& key, const Clock& clock, telemetry::LogWriter& log, const std::string& folder = {}) {
  const std::string jwks = gateway::testing::KeySetOf({key.Jwk()});
  const auto source = std::make_shared<gateway::KeySource>([jwks] { return jwks; }, gateway::KeySourceOptions{}, log);
  while (source->keys() == nullptr) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const gateway::TokenVerifier verifier({{"https://id.example", "schutznetz", false, source}}, clock);
  const std::vector<std::string> tokens = MakeTokens(key, clock);
  if (!folder.empty()) WriteTo(folder, jwks, tokens);
  const size_t text_size = tokens[0].rfind('.');
  const std::string text = tokens[0].substr(0, text_size);
  const std::string signature = key.Sign(text);
  const auto keys = source->keys();
  const double bare = NanosEach(1000, [&](int) { Require(keys->Find("k")->Verify(text, signature), "signature"); });
  const double first =
      NanosEach(kTokens, [&](int i) { Require(verifier.Verify(tokens[i]).token != nullptr, "token"); });
  int known = 0;
  const double again =
      NanosEach(10 * kTokens, [&](int i) { known += verifier.Remembered(tokens[i % kTokens]) != nullptr; });
  Row(key.algorithm() + " first", first, bare * 1.5, "1.5 times the signature alone");
  Row(key.algorithm() + " again", again, 3000, "3 us");
  std::printf("figure: %s: first %.1f us (signature alone %.1f us), again %.2f us, %d of %d remembered\n",
              key.algorithm().c_str(), first / 1e3, bare / 1e3, again / 1e3, known / 10, kTokens);
}

void BenchContexts(const Clock& clock) {
  const auto keys = *access::ContextKeys::Parse(access::NewContextKeyLine("k", "gateway", "directory"));
  const auto minter = *access::ContextMinter::Create(keys, "gateway", "directory", clock);
  const access::ContextVerifier verifier(keys, "directory", clock);
  std::vector<access::Caller> callers;
  std::vector<std::string> contexts;
  for (int i = 0; i < kTokens; ++i) {
    access::Grants grants = {.roles = {access::Role::kEditor, access::Role::kMember},
                             .lands = {"lands/DE-NW"},
                             .networks = {"networks/0123456789abcdef", "networks/fedcba9876543210"}};
    callers.push_back(access::Caller::Granted(absl::StrCat("members/0123456789abcdef", i), grants,
                                              {.id = absl::StrCat("0123456789abcdef01", i), .rights_version = 17}));
  }
  const double mint = NanosEach(kTokens, [&](int i) { contexts.push_back(**minter->Mint(callers[i])); });
  const double mint_again =
      NanosEach(10 * kTokens, [&](int i) { Require((*minter->Mint(callers[i % kTokens])) != nullptr, "mint"); });
  const double first = NanosEach(kTokens, [&](int i) { Require(verifier.Verify(contexts[i]).ok(), "context"); });
  const double again =
      NanosEach(10 * kTokens, [&](int i) { Require(verifier.Verify(contexts[i % kTokens]).ok(), "context"); });
  Row("context again", again, 1000, "1 us");
  std::printf("figure: context of %zu bytes: mint %.0f ns, mint again %.0f ns, verify %.0f ns, verify again %.0f ns\n",
              contexts[0].size(), mint, mint_again, first, again);
}

}  // namespace

int main(int argc, char** argv) {
  const SystemClock clock;
  telemetry::LogWriter log({.service = "token_bench", .file_descriptor = 2, .level_min = telemetry::Level::kError});
  if (argc == 3 && std::string_view(argv[1]) == "--write") {
    BenchTokens(TokenKey::Rsa("k"), clock, log, argv[2]);
    return 0;
  }
  const TokenKey keys[] = {TokenKey::Rsa("k"), TokenKey::Rsa("k", 3072, "PS256"), TokenKey::P256("k"),
                           TokenKey::Ed25519("k")};
  for (const TokenKey& key : keys) {
    BenchTokens(key, clock, log);
  }
  BenchContexts(clock);
  return 0;
}
