// A lone call after ten idle seconds is as fast as one under light load: nothing dozes off. Figures only: this machine
// is shared, so no time is asserted.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "services/common/testing/matchers.h"
#include "tests/e2e/caller.h"

namespace schutznetz::e2e {
namespace {

using Steady = std::chrono::steady_clock;
using Micros = std::chrono::microseconds;

constexpr auto kIdle = std::chrono::seconds(10);
constexpr int kLongCalls = 200;
// Installations that are idle side by side, each for itself, so that 200 times ten seconds fit into two minutes.
constexpr int kSideBySideLong = 20, kSideBySide = 3;

absl::StatusOr<Micros> TimedCall(Caller& caller) {
  directory::v1::ReachServicesRequest request;
  request.set_postcode("48143");
  const Steady::time_point start = Steady::now();
  auto ladder = caller.Do<directory::v1::ReachServicesResponse>("ReachServices", request);
  if (!ladder.ok()) return ladder.status();
  return std::chrono::duration_cast<Micros>(Steady::now() - start);
}

void Print(const char* transport, const char* what, std::vector<Micros> times) {
  std::sort(times.begin(), times.end());
  std::printf("figure: %s, %zu calls %s: p50 %lld us, max %lld us\n", transport, times.size(), what,
              static_cast<long long>(times[times.size() / 2].count()), static_cast<long long>(times.back().count()));
}

// Each installation is left alone for ten seconds, then called once, `rounds` times; their turns are spread over time.
std::vector<Micros> LoneCalls(const std::vector<std::unique_ptr<Caller>>& callers, int rounds) {
  std::mutex mutex;
  std::vector<Micros> times;
  std::vector<std::thread> threads;
  const Steady::time_point begin = Steady::now();
  for (size_t i = 0; i < callers.size(); ++i) {
    threads.emplace_back([&, i] {
      const auto turn = kIdle * (i + 1) / callers.size();
      for (int round = 0; round < rounds; ++round) {
        std::this_thread::sleep_until(begin + turn + kIdle * (round + 1));  // being idle is what is measured
        const absl::StatusOr<Micros> time = TimedCall(*callers[i]);
        const std::lock_guard lock(mutex);
        EXPECT_THAT(time, testing::IsOk());
        if (time.ok()) times.push_back(*time);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return times;
}

std::vector<Micros> LightLoad(Caller& caller) {
  std::vector<Micros> times;
  for (int i = 0; i < kLongCalls; ++i) {
    const absl::StatusOr<Micros> time = TimedCall(caller);
    EXPECT_THAT(time, testing::IsOk());
    if (time.ok()) times.push_back(*time);
  }
  return times;
}

TEST(IdleTest, ALoneCallAfterTenIdleSecondsIsAnsweredAsUnderLightLoad) {
  const bool extended = std::getenv("SCHUTZNETZ_LONG") != nullptr;
  const int side_by_side = extended ? kSideBySideLong : kSideBySide;
  std::vector<std::unique_ptr<Installation>> installations;
  std::vector<std::unique_ptr<Caller>> grpc, rest;
  for (int i = 0; i < side_by_side; ++i) {
    installations.push_back(std::make_unique<Installation>(storage::Engine::kSqlite));
    grpc.push_back(MakeGrpcCaller(*installations.back(), kNobody));
    rest.push_back(MakeRestCaller(*installations.back(), kNobody));
  }
  const int rounds = extended ? kLongCalls / side_by_side : 1;
  for (const auto& [name, callers] : {std::pair{"gRPC", &grpc}, std::pair{"REST through the gateway", &rest}}) {
    Print(name, "under light load", LightLoad(*callers->front()));
    Print(name, "after ten idle seconds", LoneCalls(*callers, rounds));
  }
}

}  // namespace
}  // namespace schutznetz::e2e
