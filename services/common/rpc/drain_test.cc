// A server that stops while calls come without a pause (P12).
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>

#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "gtest/gtest.h"
#include "services/common/rpc/server.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/in_process_server.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::rpc {
namespace {

using grpc::health::v1::Health;
using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;
using testing::ErrorOf;
using testing::Eventually;
using testing::InProcessServer;
using testing::IsOk;

// The service config of the gateway's channels, in short.
constexpr char kHealthChecked[] =
    R"({"loadBalancingConfig":[{"round_robin":{}}],"healthCheckConfig":{"serviceName":""}})";

// Calls both servers in turn, from several threads, as long as it lives.
class Traffic {
 public:
  explicit Traffic(std::array<InProcessServer, 2>& servers) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    arguments.SetServiceConfigJSON(kHealthChecked);
    channel_ = grpc::CreateCustomChannel(
        absl::StrCat("ipv4:127.0.0.1:", servers[0].server().port(), ",127.0.0.1:", servers[1].server().port()),
        grpc::InsecureChannelCredentials(), arguments);
    for (std::thread& caller : callers_) caller = std::thread([this] { Run(); });
  }
  ~Traffic() {
    over_ = true;
    for (std::thread& caller : callers_) caller.join();
  }
  // How many calls this server has answered.
  int AnsweredBy(InProcessServer& server) {
    const std::lock_guard lock(mutex_);
    return answered_[absl::StrCat("ipv4:127.0.0.1:", server.server().port())];
  }
  std::vector<std::string> failures() {
    const std::lock_guard lock(mutex_);
    return failures_;
  }

 private:
  void Run() {
    const auto stub = Health::NewStub(channel_);
    while (!over_) {
      grpc::ClientContext context;
      context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(10)));
      context.set_wait_for_ready(!begun_);  // the first calls come before the connections
      HealthCheckResponse response;
      const absl::Status status = ErrorOf(stub->Check(&context, HealthCheckRequest(), &response));
      const std::lock_guard lock(mutex_);
      if (status.ok()) ++answered_[context.peer()];
      if (!status.ok()) failures_.push_back(status.ToString());
      begun_ = true;
    }
  }

  std::shared_ptr<grpc::Channel> channel_;
  std::mutex mutex_;
  std::map<std::string, int> answered_;
  std::vector<std::string> failures_;
  std::atomic<bool> begun_{false};
  std::atomic<bool> over_{false};
  std::array<std::thread, 3> callers_;
};

TEST(DrainTest, StoppingOneOfTwoServersFailsNoCall) {
  std::array<InProcessServer, 2> servers;
  for (InProcessServer& server : servers) {
    ASSERT_THAT(server.Start(), IsOk());
    server.server().SetServing(true);
  }
  Traffic traffic(servers);
  ASSERT_TRUE(Eventually([&] { return traffic.AnsweredBy(servers[0]) > 50 && traffic.AnsweredBy(servers[1]) > 50; }));
  servers[0].server().SetServing(false);
  // What drain_wait is for: the callers have heard it when a while passes without a call here.
  ASSERT_TRUE(Eventually([&] {
    const int here = traffic.AnsweredBy(servers[0]);
    const int there = traffic.AnsweredBy(servers[1]);
    return Eventually([&] { return traffic.AnsweredBy(servers[1]) > there + 100; }) &&
           traffic.AnsweredBy(servers[0]) == here;
  }));
  servers[0].server().Shutdown(absl::Seconds(20));
  const int there = traffic.AnsweredBy(servers[1]);
  EXPECT_TRUE(Eventually([&] { return traffic.AnsweredBy(servers[1]) > there + 100; }));
  EXPECT_THAT(traffic.failures(), ::testing::IsEmpty());
}

TEST(DrainTest, ARequestWhoseRestDoesNotComeDoesNotHoldTheStopUp) {
  InProcessServer server;
  ASSERT_THAT(server.Start(), IsOk());
  grpc::CompletionQueue queue;
  grpc::GenericStub stub(server.channel());
  grpc::ClientContext context;
  const auto call = stub.PrepareCall(&context, "/grpc.health.v1.Health/Check", &queue);
  void* tag = nullptr;
  bool ok = false;
  call->StartCall(&queue);
  ASSERT_TRUE(queue.Next(&tag, &ok) && ok);  // the head is on its way, its message never comes
  const absl::Time begin = absl::Now();
  constexpr absl::Duration kFinishWait = absl::Minutes(2);
  server.server().Shutdown(kFinishWait);
  EXPECT_LT(absl::Now() - begin, kFinishWait / 2);
  grpc::Status status;
  call->Finish(&status, &queue);
  ASSERT_TRUE(queue.Next(&tag, &ok));
  EXPECT_FALSE(status.ok());
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
}

}  // namespace
}  // namespace schutznetz::rpc
