// Mutual TLS between the gateway's channels and a server's port, with real certificates.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "gateway/upstream/upstream_client.h"
#include "services/common/errors/errors.h"
#include "services/common/testing/certificates.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/in_process_server.h"

namespace schutznetz::gateway {
namespace {

using access::ProgramUri;
using access::TlsFiles;
using ::schutznetz::testing::Authority;
using ::schutznetz::testing::Eventually;
using ::schutznetz::testing::InProcessServer;

// Asks the health service of a server, which every server has, and waits for the answer.
class Asker final : UpstreamReceiver {
 public:
  Asker(int port, const TlsFiles& files, const std::string& server, bool health_checked = true)
      : client_({{.target = "127.0.0.1:" + std::to_string(port),
                  .channels = 1,
                  .tls = files,
                  .server = server,
                  .health_checked = health_checked}},
                {{{"/grpc.health.v1.Health/Check", false}, 0}}) {
    client_.SetWake([this] {
      const std::lock_guard lock(mutex_);
      woken_ = true;
      wake_.notify_one();
    });
  }
  ~Asker() override { client_.Close(); }

  absl::StatusCode Ask() {
    UpstreamRequest request;
    request.timeout = absl::Seconds(5);
    done_ = false;
    client_.Start(request, *this);
    while (!done_) {
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return woken_; });
        woken_ = false;
      }
      client_.RunFinished();
    }
    return code_;
  }

 private:
  void OnReply(const UpstreamReply& reply) override {
    code_ = reply.code;
    done_ = true;
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  bool woken_ = false;
  bool done_ = false;
  absl::StatusCode code_ = absl::StatusCode::kUnknown;
  UpstreamClient client_;
};

class MutualTlsTest : public ::testing::Test {
 protected:
  int Start(const TlsFiles& files) {
    rpc::ServerOptions options;
    options.tls = files;
    server_ = std::make_unique<InProcessServer>(options);
    const absl::Status started = server_->Start();
    EXPECT_TRUE(started.ok()) << started;
    server_->server().SetServing(true);
    return server_->server().port();
  }

  Authority authority_;
  const TlsFiles gateway_ = authority_.Issue("gateway", ProgramUri("gateway"));
  const TlsFiles directory_ = authority_.Issue("directory", ProgramUri("directory"));
  std::unique_ptr<InProcessServer> server_;
};

TEST_F(MutualTlsTest, ProgramsOfOneAuthorityTalk) {
  Asker asker(Start(directory_), gateway_, "directory");
  EXPECT_TRUE(Eventually([&] { return asker.Ask() == absl::StatusCode::kOk; }));
}

TEST_F(MutualTlsTest, AServerThatIsAboutToStopIsAskedNothingMore) {
  const int port = Start(directory_);
  Asker asker(port, gateway_, "directory");
  Asker unchecked(port, gateway_, "directory", false);
  ASSERT_TRUE(Eventually([&] { return asker.Ask() == absl::StatusCode::kOk; }));
  ASSERT_TRUE(Eventually([&] { return unchecked.Ask() == absl::StatusCode::kOk; }));
  server_->server().SetServing(false);
  EXPECT_TRUE(Eventually([&] { return asker.Ask() == absl::StatusCode::kUnavailable; }));
  EXPECT_EQ(unchecked.Ask(), absl::StatusCode::kOk) << "it still answers";
  server_->server().SetServing(true);
  EXPECT_TRUE(Eventually([&] { return asker.Ask() == absl::StatusCode::kOk; }));
}

TEST_F(MutualTlsTest, WithoutCertificateNobodyIsServed) {
  Asker asker(Start(directory_), {}, "directory");
  EXPECT_EQ(asker.Ask(), absl::StatusCode::kUnavailable);
}

TEST_F(MutualTlsTest, CertificateOfAnotherAuthorityIsRefusedOnBothSides) {
  Authority other;
  const int port = Start(directory_);
  TlsFiles stranger = other.Issue("gateway", ProgramUri("gateway"));
  EXPECT_EQ(Asker(port, stranger, "directory").Ask(), absl::StatusCode::kUnavailable);
  stranger.authorities = gateway_.authorities;  // believes the server, but is not believed
  EXPECT_EQ(Asker(port, stranger, "directory").Ask(), absl::StatusCode::kUnavailable);
}

TEST_F(MutualTlsTest, ServerMustBeTheProgramThatIsExpected) {
  const int port = Start(directory_);
  EXPECT_EQ(Asker(port, gateway_, "exchange").Ask(), absl::StatusCode::kUnavailable);
}

TEST_F(MutualTlsTest, CertificatesAreReloadedLive) {
  authority_.Issue("directory", ProgramUri("events"));
  const int port = Start(directory_);
  EXPECT_EQ(Asker(port, gateway_, "directory").Ask(), absl::StatusCode::kUnavailable);
  authority_.Issue("directory", ProgramUri("directory"));
  EXPECT_TRUE(Eventually([&] { return Asker(port, gateway_, "directory").Ask() == absl::StatusCode::kOk; }));
}

TEST_F(MutualTlsTest, ListeningBeyondLoopbackNeedsIt) {
  rpc::ServerOptions options;
  options.listen_address = "0.0.0.0";
  EXPECT_EQ(errors::ReasonOf(InProcessServer(options).Start()), "INVALID_FIELD");
  options.tls = directory_;
  EXPECT_TRUE(InProcessServer(options).Start().ok());
  options.tls.key = "/nowhere";
  EXPECT_EQ(errors::ReasonOf(InProcessServer(options).Start()), "INVALID_FIELD");
}

}  // namespace
}  // namespace schutznetz::gateway
