// A whole program around a small service: it gets ready, answers, drains on SIGTERM.
#include "services/common/rpc/process.h"

#include <arpa/inet.h>
#include <grpcpp/grpcpp.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <sstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "gtest/gtest.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/free_port.h"

namespace schutznetz::rpc {
namespace {

using ::testing::HasSubstr;

std::string AdminPageOf(int port, const std::string& path) {
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in where = {};
  where.sin_family = AF_INET;
  where.sin_port = htons(static_cast<uint16_t>(port));
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (connect(connection, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0) {
    const std::string request = "GET " + path + " HTTP/1.1\r\n\r\n";
    EXPECT_EQ(send(connection, request.data(), request.size(), MSG_NOSIGNAL), static_cast<ssize_t>(request.size()));
    char buffer[65536];
    ssize_t count = 0;
    while ((count = recv(connection, buffer, sizeof buffer, 0)) > 0) answer.append(buffer, static_cast<size_t>(count));
  }
  close(connection);
  return answer;
}

bool IsServing(int port) {
  auto channel = grpc::CreateChannel(absl::StrCat("127.0.0.1:", port), grpc::InsecureChannelCredentials());
  grpc::ClientContext context;
  grpc::health::v1::HealthCheckResponse response;
  const auto status = grpc::health::v1::Health::NewStub(channel)->Check(&context, {}, &response);
  return status.ok() && response.status() == grpc::health::v1::HealthCheckResponse::SERVING;
}

TEST(ProcessTest, GetsReadyServesAndDrainsOnSigterm) {
  ProcessOptions options;
  config::Flags flags("schutznetz-test", "A server for tests.");
  options.Define(flags);
  const std::string port = absl::StrCat("--port=", testing::FreePort());
  const std::string admin_port = absl::StrCat("--admin_port=", testing::FreePort());
  const char* arguments[] = {"schutznetz-test", port.c_str(), admin_port.c_str(), "--drain_wait_ms=0"};
  std::ostringstream out;
  std::ostringstream err;
  ASSERT_EQ(flags.Parse(4, arguments, out, err), std::nullopt) << err.str();

  Process process("schutznetz-test", options);
  std::atomic<bool> store_read{false};
  const auto reason = [&] { return store_read ? std::string() : std::string("the store was not read yet"); };
  ASSERT_TRUE(process.StartAdmin(flags.Dump(), reason).ok());
  EXPECT_THAT(AdminPageOf(options.admin_port, "/readyz"), HasSubstr("the store was not read yet"));
  store_read = true;
  EXPECT_THAT(AdminPageOf(options.admin_port, "/readyz"), HasSubstr("not serving"));

  std::thread prober([&] {
    EXPECT_TRUE(testing::Eventually([&] { return IsServing(options.server.listen_port); }));
    EXPECT_THAT(AdminPageOf(options.admin_port, "/readyz"), HasSubstr("200 OK"));
    EXPECT_THAT(AdminPageOf(options.admin_port, "/config"), HasSubstr("context_keys_file = (not set)"));
    EXPECT_THAT(AdminPageOf(options.admin_port, "/metrics"), HasSubstr("grpc_method=\"Check\",grpc_code=\"OK\"}"));
    kill(getpid(), SIGTERM);
  });
  EXPECT_EQ(process.Run(flags.Dump(), reason), 0);
  prober.join();
  EXPECT_EQ(AdminPageOf(options.admin_port, "/livez"), "");  // closed
}

}  // namespace
}  // namespace schutznetz::rpc
