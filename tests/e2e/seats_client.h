// One of many who want a place at an event, at a gateway, over REST: registers, leaves, takes or turns down what is
// offered, and sends every request with its key until it has an answer. What was acknowledged is kept.
#pragma once

#include <atomic>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "cli/http_client.h"

namespace schutznetz::e2e {

// An answer that is one, whatever is killed meanwhile: the same request until it has one. A failure of the running test
// when none comes, or one that no rule of the contract explains (INTERNAL).
cli::Response SendUntilAnswered(cli::HttpClient& http, std::string_view method, const std::string& path,
                                const cli::Parameters& query, const std::string& body);

// Not thread safe; one per thread.
class SeatsClient {
 public:
  // `at` is the person's gateway; `elsewhere` another, where every eighth registration is sent again. Both call as the
  // person, or as those who arrange the event when `for_somebody_else`. Adds to `acknowledged`.
  SeatsClient(int index, bool for_somebody_else, cli::Connection at, cli::Connection elsewhere, std::string event,
              std::atomic<int>& acknowledged);

  // Registers, then takes so many steps.
  void Live(int steps, std::mt19937& random);

  // Ids of registrations, one for each key that was used.
  const std::vector<std::string>& made() const { return made_; }
  const std::vector<std::string>& cancelled() const { return cancelled_; }

 private:
  void Register(bool twice);
  // The state of the registration now.
  std::string State();
  // A method on the registration; whether it was done. `may_be_refused`: it depends on the state at that instant.
  bool Act(std::string_view verb, bool may_be_refused);

  const int index_;
  const bool for_somebody_else_;
  const std::string event_;  // "events/…"
  std::atomic<int>& acknowledged_;
  cli::HttpClient http_, elsewhere_;
  int keys_ = 0;
  std::string name_;
  std::vector<std::string> made_, cancelled_;
};

}  // namespace schutznetz::e2e
