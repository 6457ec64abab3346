#include "gateway/authentication/key_source.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gateway/testing/token_keys.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::gateway {
namespace {

using schutznetz::testing::Eventually;
using schutznetz::testing::IsOk;
using testing::KeySetOf;
using testing::TokenKey;

// What an issuer publishes, changed by the test.
class Issuer {
 public:
  KeySource::Fetch Fetch() {
    return [this]() -> absl::StatusOr<std::string> {
      const std::lock_guard lock(mutex_);
      ++fetches_;
      if (!error_.ok()) return error_;
      return jwks_;
    };
  }
  void Publish(std::string jwks) {
    const std::lock_guard lock(mutex_);
    jwks_ = std::move(jwks);
    error_ = absl::OkStatus();
  }
  void Fail() {
    const std::lock_guard lock(mutex_);
    error_ = absl::UnavailableError("away");
  }
  int fetches() {
    const std::lock_guard lock(mutex_);
    return fetches_;
  }

 private:
  std::mutex mutex_;
  std::string jwks_;
  absl::Status error_;
  int fetches_ = 0;
};

class KeySourceTest : public ::testing::Test {
 protected:
  static bool Holds(const KeySource& source, const char* id) {
    const auto keys = source.keys();
    return keys != nullptr && keys->Find(id) != nullptr;
  }

  telemetry::LogWriter log_{{.service = "test", .file_descriptor = 2, .level_min = telemetry::Level::kError}};
  Issuer issuer_;
};

TEST_F(KeySourceTest, NewKeysComeWithARefresh) {
  issuer_.Publish(KeySetOf({TokenKey::Ed25519("a").Jwk()}));
  const KeySource source(issuer_.Fetch(), {.refresh = absl::Milliseconds(5)}, log_);
  EXPECT_TRUE(Eventually([&] { return Holds(source, "a"); }));
  issuer_.Publish(KeySetOf({TokenKey::Ed25519("b").Jwk()}));
  EXPECT_TRUE(Eventually([&] { return Holds(source, "b") && !Holds(source, "a"); }));
}

TEST_F(KeySourceTest, SameTextIsTheSameSet) {
  issuer_.Publish(KeySetOf({TokenKey::Ed25519("a").Jwk()}));
  const KeySource source(issuer_.Fetch(), {.refresh = absl::Milliseconds(5)}, log_);
  EXPECT_TRUE(Eventually([&] { return Holds(source, "a"); }));
  const auto keys = source.keys();
  const int fetches = issuer_.fetches();
  EXPECT_TRUE(Eventually([&] { return issuer_.fetches() > fetches + 2; }));
  EXPECT_EQ(source.keys(), keys);
}

TEST_F(KeySourceTest, LastGoodKeysStayWhileTheSourceFails) {
  issuer_.Publish(KeySetOf({TokenKey::Ed25519("a").Jwk()}));
  const KeySource source(issuer_.Fetch(), {.refresh = absl::Milliseconds(5), .retry = absl::Milliseconds(5)}, log_);
  EXPECT_TRUE(Eventually([&] { return Holds(source, "a"); }));
  issuer_.Fail();
  int fetches = issuer_.fetches();
  EXPECT_TRUE(Eventually([&] { return issuer_.fetches() > fetches + 2; }));
  EXPECT_TRUE(Holds(source, "a"));
  issuer_.Publish("no key set");
  fetches = issuer_.fetches();
  EXPECT_TRUE(Eventually([&] { return issuer_.fetches() > fetches + 2; }));
  EXPECT_TRUE(Holds(source, "a"));
  issuer_.Publish(KeySetOf({TokenKey::Ed25519("b").Jwk()}));
  EXPECT_TRUE(Eventually([&] { return Holds(source, "b"); }));
}

TEST_F(KeySourceTest, StaleKeysAreNotUsedForEver) {
  issuer_.Publish(KeySetOf({TokenKey::Ed25519("a").Jwk()}));
  const KeySource source(
      issuer_.Fetch(),
      {.refresh = absl::Milliseconds(5), .retry = absl::Milliseconds(5), .stale_max = absl::Milliseconds(200)}, log_);
  EXPECT_TRUE(Eventually([&] { return Holds(source, "a"); }));
  issuer_.Fail();
  EXPECT_TRUE(Eventually([&] { return source.keys() == nullptr; }));
}

TEST_F(KeySourceTest, UnknownKeyIsFetchedSoonButNotOften) {
  issuer_.Publish(KeySetOf({TokenKey::Ed25519("a").Jwk()}));
  KeySource soon(issuer_.Fetch(), {.refresh = absl::Hours(1), .refetch_least = absl::Milliseconds(10)}, log_);
  EXPECT_TRUE(Eventually([&] { return Holds(soon, "a"); }));
  issuer_.Publish(KeySetOf({TokenKey::Ed25519("b").Jwk()}));
  EXPECT_TRUE(Eventually([&] {
    soon.WantKey();
    return Holds(soon, "b");
  }));

  Issuer other;
  other.Publish(KeySetOf({TokenKey::Ed25519("a").Jwk()}));
  KeySource seldom(other.Fetch(), {.refresh = absl::Hours(2), .refetch_least = absl::Hours(1)}, log_);
  EXPECT_TRUE(Eventually([&] { return Holds(seldom, "a"); }));
  for (int i = 0; i < 1000; ++i) seldom.WantKey();
  EXPECT_EQ(other.fetches(), 1);
}

TEST_F(KeySourceTest, FileIsRead) {
  char path[] = "/tmp/jwks_XXXXXX";
  close(mkstemp(path));
  std::ofstream(path) << KeySetOf({TokenKey::Ed25519("a").Jwk()});
  const KeySource source(FetchFromFile(path), {}, log_);
  EXPECT_TRUE(Eventually([&] { return Holds(source, "a"); }));
  unlink(path);
  EXPECT_FALSE(FetchFromFile(path)().ok());
}

// Answers each connection with the same bytes.
class HttpServer {
 public:
  explicit HttpServer(std::string answer) : answer_(std::move(answer)), socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    listen(socket_, 8);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }
  ~HttpServer() {
    shutdown(socket_, SHUT_RDWR);
    thread_.join();
    close(socket_);
  }
  std::string Url() const { return absl::StrCat("http://127.0.0.1:", port_, "/jwks"); }

 private:
  void Serve() {
    for (int client; (client = accept(socket_, nullptr, nullptr)) >= 0;) {
      char buffer[4096];
      if (recv(client, buffer, sizeof buffer, 0) > 0) send(client, answer_.data(), answer_.size(), MSG_NOSIGNAL);
      close(client);
    }
  }

  const std::string answer_;
  const int socket_;
  int port_ = 0;
  std::thread thread_;
};

std::string Ok(const std::string& body) {
  return absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: ", body.size(), "\r\nConnection: close\r\n\r\n", body);
}

TEST_F(KeySourceTest, UrlIsFetched) {
  const std::string jwks = KeySetOf({TokenKey::Ed25519("a").Jwk()});
  const HttpServer server(Ok(jwks));
  const auto text = FetchFromUrl(server.Url())();
  ASSERT_THAT(text, IsOk());
  EXPECT_EQ(*text, jwks);
}

TEST_F(KeySourceTest, UrlThatAnswersOtherwiseIsRefused) {
  const HttpServer missing("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
  EXPECT_FALSE(FetchFromUrl(missing.Url())().ok());
  const HttpServer target(Ok("{}"));
  const HttpServer redirect("HTTP/1.1 302 Found\r\nLocation: " + target.Url() +
                            "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  EXPECT_FALSE(FetchFromUrl(redirect.Url())().ok());
  const HttpServer large(Ok(std::string(300'000, ' ')));
  EXPECT_FALSE(FetchFromUrl(large.Url())().ok());
  std::string gone;
  { gone = HttpServer(Ok("{}")).Url(); }
  EXPECT_FALSE(FetchFromUrl(gone)().ok());
}

TEST(IsKeySetUrlTest, OnlyHttpsBeyondThisMachine) {
  for (const char* url :
       {"https://id.example/jwks", "http://127.0.0.1:8081/jwks", "http://localhost/x", "http://[::1]:1/x"}) {
    EXPECT_TRUE(IsKeySetUrl(url)) << url;
  }
  for (const char* url : {"", "https://", "http://id.example/jwks", "file:///etc/passwd",
                          "http://127.0.0.1.evil.example/", "http://localhost.example/", "id.example/jwks"}) {
    EXPECT_FALSE(IsKeySetUrl(url)) << url;
  }
}

}  // namespace
}  // namespace schutznetz::gateway
