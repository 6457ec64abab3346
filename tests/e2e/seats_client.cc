#include "tests/e2e/seats_client.h"

#include <gtest/gtest.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/common/testing/eventually.h"
#include "tests/e2e/raw_calls.h"

namespace schutznetz::e2e {
namespace {

constexpr absl::Duration kAnswerLimit = absl::Minutes(2);
constexpr int kRetries = 20;  // as often as a server that is away says when to come again

std::string LastIdIn(const std::string& name) { return name.substr(name.rfind('/') + 1); }

bool SaysComeAgain(const cli::Response& answer) {
  const bool twin_runs = answer.status == 409 && absl::StrContains(answer.body, "REQUEST_IN_PROGRESS");
  return twin_runs || answer.status == 429 || answer.status == 503 || answer.status == 504;
}

}  // namespace

cli::Response SendUntilAnswered(cli::HttpClient& http, std::string_view method, const std::string& path,
                                const cli::Parameters& query, const std::string& body) {
  cli::Response answer;
  const bool answered = testing::Eventually(
      [&] {
        try {
          answer = http.Call(method, path, query, body, kRetries);
        } catch (const cli::Unreachable&) {
          return false;
        }
        return !SaysComeAgain(answer);
      },
      kAnswerLimit);
  EXPECT_TRUE(answered && answer.status < 500) << path << ": " << answer.status << " " << answer.body;
  return answer;
}

SeatsClient::SeatsClient(int index, bool for_somebody_else, cli::Connection at, cli::Connection elsewhere,
                         std::string event, std::atomic<int>& acknowledged)
    : index_(index),
      for_somebody_else_(for_somebody_else),
      event_(std::move(event)),
      acknowledged_(acknowledged),
      http_(std::move(at)),
      elsewhere_(std::move(elsewhere)) {}

void SeatsClient::Live(int steps, std::mt19937& random) {
  Register(random() % 8 == 0);
  for (int step = 0; step < steps && !::testing::Test::HasFailure(); ++step) {
    if (State() == "CANCELLED") {
      Register(random() % 8 == 0);
    } else if (random() % 2 == 0) {
      if (Act("cancel", /*may_be_refused=*/false)) cancelled_.push_back(LastIdIn(name_));
    } else {
      Act(random() % 4 == 0 ? "decline" : "accept", /*may_be_refused=*/true);  // refused unless a place is offered
    }
  }
}

void SeatsClient::Register(bool twice) {
  const std::string path = absl::StrCat("/v1/", event_, "/registrations");
  const std::string body = absl::StrCat(R"({"displayName":"Musterfrau )", index_, R"(","email":"p)", index_,
                                        R"(@example.org","profession":"POLICE"})");
  cli::Parameters query = {{"requestId", absl::StrCat("key-", LastIdIn(event_), "-", index_, "-", keys_++)}};
  if (for_somebody_else_) query.emplace_back("forSomebodyElse", "true");
  const cli::Response answer = SendUntilAnswered(http_, "POST", path, query, body);
  ASSERT_EQ(answer.status, 200) << answer.body;
  ++acknowledged_;
  name_ = TextOf(answer.body, "name");
  made_.push_back(LastIdIn(name_));
  if (!twice) return;
  const cli::Response again = SendUntilAnswered(elsewhere_, "POST", path, query, body);
  ASSERT_EQ(again.status, 200) << again.body;
  EXPECT_EQ(TextOf(again.body, "name"), name_) << "two answers to one key";
}

std::string SeatsClient::State() {
  const cli::Response answer = SendUntilAnswered(http_, "GET", absl::StrCat("/v1/", name_), {}, "");
  EXPECT_EQ(answer.status, 200) << answer.body;
  return answer.status == 200 ? TextOf(answer.body, "state") : "";
}

bool SeatsClient::Act(std::string_view verb, bool may_be_refused) {
  const std::string body = absl::StrCat(R"({"requestId":"key-)", LastIdIn(name_), "-", keys_++, R"("})");
  const cli::Response answer = SendUntilAnswered(
      http_, "POST", absl::StrCat("/v1/", name_, ":", absl::string_view(verb.data(), verb.size())), {}, body);
  if (answer.status == 200) {
    ++acknowledged_;
    return true;
  }
  EXPECT_TRUE(may_be_refused && absl::StrContains(answer.body, "WRONG_STATE")) << answer.status << answer.body;
  return false;
}

}  // namespace schutznetz::e2e
