// A lone call after ten idle seconds is as fast as one under light load: nothing dozes off. Whoever answers, a call
// after a pause finds caches cold and processors asleep; a bare server that sends the same bytes shows how much that is
// on this machine at this time. Figures only: machines are shared, so no time is asserted.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/http_client.h"
#include "gmock/gmock.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/generic/generic_stub.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/free_port.h"
#include "tests/e2e/installation.h"

namespace schutznetz::e2e {
namespace {

using Steady = std::chrono::steady_clock;
using Micros = std::chrono::microseconds;

constexpr auto kIdle = std::chrono::seconds(10);
constexpr int kLongCalls = 200;
// Installations that are idle side by side, each for itself, so that 200 times ten seconds fit into two minutes.
constexpr int kSideBySideLong = 20, kSideBySide = 3;
constexpr char kReach[] = "/schutznetz.directory.v1.DirectoryService/ReachServices";
constexpr char kReachBytes[] =
    "\x0a\x05"
    "48143";  // postcode, field 1

// One connection on which one call at a time is made: raw bytes, so that what the test makes of the answer is not
// timed.
class Line {
 public:
  virtual ~Line() = default;
  // The answer's bytes; empty: the call failed.
  virtual std::string Call() = 0;
};

class GrpcLine final : public Line {
 public:
  explicit GrpcLine(int port)
      : stub_(grpc::CreateChannel(absl::StrCat("127.0.0.1:", port), grpc::InsecureChannelCredentials())) {}

  std::string Call() override {
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    const grpc::Slice slice(kReachBytes);
    grpc::ByteBuffer answer;
    grpc::Status status;
    auto call = stub_.PrepareUnaryCall(&context, kReach, grpc::ByteBuffer(&slice, 1), &queue_);
    call->StartCall();
    call->Finish(&answer, &status, this);
    void* tag = nullptr;
    bool ok = false;
    queue_.Next(&tag, &ok);
    grpc::Slice bytes;
    if (!status.ok() || !answer.DumpToSingleSlice(&bytes).ok()) return {};
    return {reinterpret_cast<const char*>(bytes.begin()), bytes.size()};
  }

 private:
  grpc::CompletionQueue queue_;
  grpc::GenericStub stub_;
};

class HttpLine final : public Line {
 public:
  explicit HttpLine(int port) : client_({.gateway = absl::StrCat("http://127.0.0.1:", port), .timeout_s = 20}) {}

  std::string Call() override {
    const cli::Response answer = client_.Call("GET", "/v1/services:reach", {{"postcode", "48143"}});
    return answer.status == 200 ? answer.body : std::string();
  }

 private:
  cli::HttpClient client_;
};

// Calls the installation's servers, or bare ones that send what those sent.
struct Subject {
  std::unique_ptr<Program> bare;  // null: the installation
  std::unique_ptr<Line> line;
};

std::unique_ptr<Line> LineTo(bool rest, int port) {
  if (rest) return std::make_unique<HttpLine>(port);
  return std::make_unique<GrpcLine>(port);
}

Subject Ours(const Installation& installation, bool rest) {
  return {nullptr, LineTo(rest, rest ? installation.gateway_port() : installation.directory_port())};
}

Subject Bare(const Installation& installation, bool rest, const std::string& answer) {
  const int port = testing::FreePort();
  const std::string name = absl::StrCat((installation.folder() / "bare-").string(), port);
  std::ofstream(name, std::ios::binary) << answer;
  const std::vector<std::string> arguments = {rest ? "http" : "grpc", std::to_string(port), name};
  Subject subject{std::make_unique<Program>("e2e_bare_peer", arguments, name + ".log"), LineTo(rest, port)};
  EXPECT_TRUE(testing::Eventually([&] {
    try {
      return subject.line->Call() == answer;
    } catch (const cli::Unreachable&) {
      return false;
    }
  })) << subject.bare->Log();
  return subject;
}

Micros TimedCall(Line& line) {
  const Steady::time_point start = Steady::now();
  const std::string answer = line.Call();
  const auto time = std::chrono::duration_cast<Micros>(Steady::now() - start);
  EXPECT_FALSE(answer.empty());
  return time;
}

void Print(const char* transport, const char* who, const char* what, std::vector<Micros> times) {
  std::sort(times.begin(), times.end());
  std::printf("figure: %s, %s, %zu calls %s: p50 %lld us, max %lld us\n", transport, who, times.size(), what,
              static_cast<long long>(times[times.size() / 2].count()), static_cast<long long>(times.back().count()));
}

// Each subject is left alone for ten seconds, then called once, `rounds` times; their turns are spread over time.
std::vector<Micros> LoneCalls(const std::vector<Subject>& subjects, Steady::time_point begin, int rounds) {
  std::mutex mutex;
  std::vector<Micros> times;
  std::vector<std::thread> threads;
  for (size_t i = 0; i < subjects.size(); ++i) {
    threads.emplace_back([&, i] {
      const auto turn = kIdle * i / subjects.size();
      for (int round = 0; round < rounds; ++round) {
        std::this_thread::sleep_until(begin + turn + kIdle * (round + 1));  // being idle is what is measured
        const Micros time = TimedCall(*subjects[i].line);
        const std::lock_guard lock(mutex);
        times.push_back(time);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return times;
}

std::vector<Micros> LightLoad(Line& line) {
  std::vector<Micros> times;
  for (int i = 0; i < kLongCalls; ++i) times.push_back(TimedCall(line));
  return times;
}

void Compare(const std::vector<std::unique_ptr<Installation>>& installations, bool rest, int rounds) {
  const char* transport = rest ? "REST through the gateway" : "gRPC";
  std::vector<Subject> ours, bare;
  for (const auto& installation : installations) {
    ours.push_back(Ours(*installation, rest));
    const std::string answer = ours.back().line->Call();
    ASSERT_FALSE(answer.empty());
    bare.push_back(Bare(*installation, rest, answer));
  }
  Print(transport, "ours", "under light load", LightLoad(*ours.front().line));
  Print(transport, "bare server", "under light load", LightLoad(*bare.front().line));
  // Both take turns, half a turn apart.
  const Steady::time_point begin = Steady::now();
  std::vector<Micros> lone;
  std::thread other([&] { lone = LoneCalls(ours, begin, rounds); });
  const std::vector<Micros> bare_lone = LoneCalls(bare, begin + kIdle / static_cast<int>(2 * bare.size()), rounds);
  other.join();
  Print(transport, "ours", "after ten idle seconds", lone);
  Print(transport, "bare server", "after ten idle seconds", bare_lone);
}

TEST(IdleTest, ALoneCallAfterTenIdleSecondsIsAnsweredAsUnderLightLoad) {
  const bool extended = std::getenv("SCHUTZNETZ_LONG") != nullptr;
  std::vector<std::unique_ptr<Installation>> installations;
  for (int i = 0; i < (extended ? kSideBySideLong : kSideBySide); ++i) {
    installations.push_back(std::make_unique<Installation>(storage::Engine::kSqlite));
  }
  const int rounds = extended ? kLongCalls / kSideBySideLong : 1;
  for (const bool rest : {false, true}) Compare(installations, rest, rounds);
}

}  // namespace
}  // namespace schutznetz::e2e
