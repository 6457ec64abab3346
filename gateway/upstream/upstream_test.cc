#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "gateway/testing/fake_backend.h"
#include "gateway/upstream/deadline.h"
#include "gateway/upstream/upstream_client.h"
#include "services/common/errors/errors.h"
#include "services/common/testing/eventually.h"

namespace schutznetz::gateway {
namespace {

using ::schutznetz::testing::Eventually;
using testing::BackendAnswer;
using testing::BackendCall;
using testing::FakeBackend;

TEST(ServiceConfig, RetriesOnlyMethodsWithoutSideEffects) {
  EXPECT_EQ(ServiceConfigJson({{"/p.S/Write", false}}, false), R"({"loadBalancingConfig":[{"round_robin":{}}]})");
  const std::string json = ServiceConfigJson({{"/p.S/Read", true}, {"/p.S/Write", false}}, true);
  EXPECT_THAT(json, ::testing::HasSubstr(R"("healthCheckConfig":{"serviceName":""})"));
  EXPECT_THAT(json, ::testing::HasSubstr(R"("name":[{"service":"p.S","method":"Read"}])"));
  EXPECT_THAT(json, ::testing::HasSubstr(R"("maxAttempts":2)"));
  EXPECT_THAT(json, ::testing::HasSubstr(R"("retryThrottling":{"maxTokens":10,"tokenRatio":0.1})"));
}

TEST(ServiceConfig, AMethodWithTwoBindingsIsNamedOnce) {
  const std::string json = ServiceConfigJson({{"/p.S/Read", true}, {"/p.S/Read", true}}, false);
  EXPECT_THAT(json, ::testing::HasSubstr(R"("name":[{"service":"p.S","method":"Read"}])"));
}

TEST(Deadline, ParsesTimeouts) {
  EXPECT_EQ(ParseGrpcTimeout("12345678n"), absl::Nanoseconds(12345678));
  EXPECT_EQ(ParseGrpcTimeout("1H"), absl::Hours(1));
  EXPECT_EQ(ParseGrpcTimeout("0m"), absl::ZeroDuration());
  for (const char* bad : {"", "S", "1", "1s", "123456789S", "-1S", " 1S", "1.5S"}) {
    EXPECT_FALSE(ParseGrpcTimeout(bad).has_value()) << bad;
  }
  EXPECT_EQ(ParseConnectTimeout("1500"), absl::Milliseconds(1500));
  for (const char* bad : {"", "1x", "12345678901", "-1"}) EXPECT_FALSE(ParseConnectTimeout(bad).has_value()) << bad;
}

// Stands for a worker's thread: runs finished calls when woken.
class Loop {
 public:
  explicit Loop(UpstreamClient& client) : client_(client) {
    client_.SetWake([this] {
      const std::lock_guard lock(mutex_);
      woken_ = true;
      wake_.notify_one();
    });
  }
  // An assertion that fails leaves calls behind: none may wake a loop that is gone.
  ~Loop() { client_.Close(); }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  // Until `done`.
  void RunUntil(const std::function<bool()>& done) {
    while (!done()) {
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return woken_; });
        woken_ = false;
      }
      client_.RunFinished();
    }
  }

 private:
  UpstreamClient& client_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool woken_ = false;
};

struct Receiver final : UpstreamReceiver {
  void OnReply(const UpstreamReply& reply) override {
    ++replies;
    code = reply.code;
    message = std::string(reply.message);
    position = std::string(reply.position);
    details = std::string(reply.details);
  }
  int replies = 0;
  absl::StatusCode code = absl::StatusCode::kUnknown;
  std::string message, position, details;
};

UpstreamRequest Request(std::string_view message) {
  return {.method = 0, .message = message, .timeout = absl::Seconds(20), .request_id = "id", .traceparent = "t"};
}

class UpstreamTest : public ::testing::Test {
 protected:
  FakeBackend backend_{[](const BackendCall& call) {
    BackendAnswer answer;
    answer.wait = call.message == "wait";
    if (call.message == "fail") answer.error = errors::NotFound("x");
    answer.trailing["schutznetz-position"] = "p";
    answer.message = call.message == "large" ? std::string(1 << 20, 'x') : call.message + "!";
    return answer;
  }};
  UpstreamClient client_{{{.target = backend_.address()}}, {{{"/p.S/M", true}, 0}}};
  Loop loop_{client_};
};

TEST_F(UpstreamTest, CallsReturnMessageAndPosition) {
  Receiver receiver;
  client_.Start(Request("hello"), receiver);
  loop_.RunUntil([&] { return receiver.replies == 1; });
  EXPECT_EQ(receiver.code, absl::StatusCode::kOk);
  EXPECT_EQ(receiver.message, "hello!");
  EXPECT_EQ(receiver.position, "p");
}

TEST_F(UpstreamTest, MessageInPiecesIsJoined) {
  Receiver receiver;
  client_.Start(Request("large"), receiver);
  loop_.RunUntil([&] { return receiver.replies == 1; });
  EXPECT_EQ(receiver.message, std::string(1 << 20, 'x'));
}

TEST_F(UpstreamTest, ErrorsCarryTheirDetails) {
  Receiver receiver;
  client_.Start(Request("fail"), receiver);
  loop_.RunUntil([&] { return receiver.replies == 1; });
  EXPECT_EQ(receiver.code, absl::StatusCode::kNotFound);
  EXPECT_FALSE(receiver.details.empty());
}

TEST_F(UpstreamTest, ManyCallsAtOnce) {
  std::vector<Receiver> receivers(500);
  for (Receiver& receiver : receivers) client_.Start(Request("hello"), receiver);
  int done = 0;
  loop_.RunUntil([&] {
    done = 0;
    for (const Receiver& receiver : receivers) done += receiver.replies;
    return done == 500;
  });
  for (const Receiver& receiver : receivers) EXPECT_EQ(receiver.message, "hello!");
}

TEST_F(UpstreamTest, CancelledCallEndsAtTheServerAndSaysNothing) {
  Receiver receiver;
  UpstreamCall* const call = client_.Start(Request("wait"), receiver);
  ASSERT_TRUE(Eventually([&] { return backend_.waiting() == 1; }));
  client_.Cancel(call);
  EXPECT_TRUE(Eventually([&] { return backend_.cancelled() == 1; }));
  Receiver next;
  client_.Start(Request("hello"), next);
  loop_.RunUntil([&] { return next.replies == 1; });
  EXPECT_EQ(receiver.replies, 0);
}

TEST_F(UpstreamTest, MetadataThatGrpcRefusesFailsTheCallOnly) {
  Receiver receiver;
  UpstreamRequest request = Request("hello");
  request.request_id = "a\nb";
  client_.Start(request, receiver);
  loop_.RunUntil([&] { return receiver.replies == 1; });
  EXPECT_EQ(receiver.code, absl::StatusCode::kInternal);
}

TEST_F(UpstreamTest, CloseCancelsWhatRuns) {
  Receiver receiver;
  client_.Start(Request("wait"), receiver);
  ASSERT_TRUE(Eventually([&] { return backend_.waiting() == 1; }));
  client_.Close();
  EXPECT_EQ(receiver.replies, 0);
  EXPECT_TRUE(Eventually([&] { return backend_.cancelled() == 1; }));
}

}  // namespace
}  // namespace schutznetz::gateway
