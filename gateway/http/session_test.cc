// Behaviour of connections on a real listener.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "gateway/http/testing_server.h"
#include "gateway/testing/raw_client.h"
#include "services/common/testing/eventually.h"

namespace schutznetz::gateway {
namespace {

using ::schutznetz::testing::Eventually;
using ::testing::HasSubstr;
using testing::RawClient;

constexpr char kGet[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr char kWait[] = "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n";

TEST(Session, AnswersAndStaysOpen) {
  TestingServer server;
  RawClient client(server.port());
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.Ask(kGet);
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "GET ");
    EXPECT_EQ(answer->headers.count("connection"), 0u);
    EXPECT_EQ(answer->headers.at("date").size(), 29u);
  }
}

TEST(Session, KeepsRequestsOfDifferentLengthApart) {
  TestingServer server;
  RawClient client(server.port());
  for (const char* id : {"a", "a-much-longer-request-id-than-before", "b", "middle"}) {
    const auto answer = client.Ask(std::string("GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: ") + id + "\r\n\r\n");
    EXPECT_EQ(answer->headers.at("x-request-id"), id);
  }
}

TEST(Session, AnswersPipelinedRequestsInOrder) {
  TestingServer server;
  RawClient client(server.port());
  std::string all;
  for (int i = 0; i < 100; ++i) {
    all += "GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: r" + std::to_string(i) + "\r\n\r\n";
  }
  client.Send(all);
  for (int i = 0; i < 100; ++i) {
    const auto answer = client.Receive();
    ASSERT_TRUE(answer.has_value()) << i;
    EXPECT_EQ(answer->headers.at("x-request-id"), "r" + std::to_string(i));
  }
}

TEST(Session, HandlesOnePipelinedRequestAfterTheOther) {
  TestingServer server;
  RawClient client(server.port());
  client.Send(std::string(kWait) + kGet);
  ASSERT_TRUE(Eventually([&] { return server.handler().waiting() == 1; }));
  EXPECT_EQ(server.handler().heads(), 1);  // the second one waits for its turn
  server.Release();
  EXPECT_EQ(client.Receive()->body, "waited");
  EXPECT_EQ(client.Receive()->body, "GET ");
}

TEST(Session, PipelinedBytesAreBounded) {
  TestingServer server;
  RawClient client(server.port());
  client.Send(kWait);
  ASSERT_TRUE(Eventually([&] { return server.handler().waiting() == 1; }));
  // More than the connection's buffer takes; it arrives once there is room again.
  std::string all;
  for (int i = 0; i < 2000; ++i) all += kGet;
  client.Send(all);
  server.Release();
  EXPECT_EQ(client.Receive()->body, "waited");
  for (int i = 0; i < 998; ++i) ASSERT_EQ(client.Receive()->status, 200) << i;
  const auto last = client.Receive();  // the thousandth request of this connection
  EXPECT_EQ(last->headers.at("connection"), "close");
}

TEST(Session, ReadsBodiesOfBothFramings) {
  TestingServer server;
  RawClient client(server.port());
  EXPECT_EQ(client.Ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")->body, "POST hello");
  EXPECT_EQ(client.Ask("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")->body,
            "POST hello");
  EXPECT_EQ(client.Ask("POST / HTTP/1.1\r\nHost: a\r\n\r\n")->body, "POST ");
}

TEST(Session, ReadsALargeBodyBehindALargeHead) {
  TestingServer server;
  RawClient client(server.port());
  const std::string body(1 << 20, 'b');
  for (const size_t padding : {size_t{10}, size_t{4000}, size_t{8000}, size_t{8192}, size_t{12'000}, size_t{16'000}}) {
    const auto answer = client.Ask("POST / HTTP/1.1\r\nHost: a\r\nX: " + std::string(padding, 'x') +
                                   "\r\nContent-Length: 1048576\r\n\r\n" + body);
    ASSERT_TRUE(answer.has_value()) << padding;
    EXPECT_EQ(answer->body.size(), 5 + body.size()) << padding;
  }
}

TEST(Session, SendsContinueOnlyWhenTheBodyIsWanted) {
  TestingServer server;
  const std::string fields = " HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
  RawClient client(server.port());
  const auto interim = client.Ask("POST /" + fields);
  ASSERT_TRUE(interim.has_value());
  EXPECT_EQ(interim->status, 100);
  EXPECT_EQ(client.Ask("hello")->body, "POST hello");

  const auto refused = client.Ask("POST /late" + fields);
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->status, 403);
  EXPECT_EQ(refused->headers.at("connection"), "close");
  EXPECT_TRUE(client.ClosedByServer());
}

TEST(Session, AnswerBeforeTheBodyArrivesAlthoughTheBodyIsStillSent) {
  TestingServer server;
  RawClient client(server.port());
  const std::string body(1 << 20, 'b');
  const auto answer = client.Ask("POST /late HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n" + body);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 403);
}

TEST(Session, HeadHasTheLengthButNoBody) {
  TestingServer server;
  RawClient client(server.port());
  client.Send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.Receive(/*head_only=*/true)->headers.at("content-length"), "5");
  EXPECT_EQ(client.Ask(kGet)->body, "GET ");
}

TEST(Session, ClosesWhenTheClientAsksForIt) {
  TestingServer server;
  RawClient client(server.port());
  const auto answer = client.Ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(answer->headers.at("connection"), "close");
  EXPECT_TRUE(client.ClosedByServer());
}

TEST(Session, LargeAnswerArrivesWholeAtASlowReader) {
  TestingServer server;
  RawClient client(server.port());
  client.SetReceiveBuffer(64 * 1024);
  EXPECT_EQ(client.Ask("GET /large HTTP/1.1\r\nHost: a\r\n\r\n")->body.size(), size_t{8} << 20);
  EXPECT_EQ(client.Ask(kGet)->status, 200);
}

TEST(Session, ClientThatResetsIsReportedAsGone) {
  TestingServer server;
  RawClient client(server.port());
  client.Send(kWait);
  ASSERT_TRUE(Eventually([&] { return server.handler().waiting() == 1; }));
  client.Reset();
  EXPECT_TRUE(Eventually([&] { return server.handler().gone() == 1; }));
  EXPECT_TRUE(Eventually([&] { return server.server().connections() == 0; }));
}

TEST(Session, ClientThatClosesIsReportedAsGone) {
  TestingServer server;
  RawClient client(server.port());
  client.Send(kWait);
  ASSERT_TRUE(Eventually([&] { return server.handler().waiting() == 1; }));
  client.Close();
  EXPECT_TRUE(Eventually([&] { return server.handler().gone() == 1; }));
}

TEST(Session, BodyThatBreaksOffIsReportedAsGone) {
  TestingServer server;
  RawClient client(server.port());
  client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
  ASSERT_TRUE(Eventually([&] { return server.handler().heads() == 1; }));
  client.Close();
  EXPECT_TRUE(Eventually([&] { return server.handler().gone() == 1; }));
  EXPECT_EQ(server.handler().bodies(), 0);
}

// --- Limits ---

TEST(SessionLimits, SlowHeaderIsAnsweredWith408) {
  HttpLimits limits;
  limits.header_timeout = absl::Milliseconds(30);
  TestingServer server(limits);
  RawClient client(server.port());
  const auto answer = client.Ask("GET / HTTP/1.1\r\nHost:");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 408);
  EXPECT_TRUE(client.ClosedByServer());
}

TEST(SessionLimits, SlowHeaderOfASecondRequestIsAnsweredWith408) {
  HttpLimits limits;
  limits.header_timeout = absl::Milliseconds(30);
  TestingServer server(limits);
  RawClient client(server.port());
  EXPECT_EQ(client.Ask(kGet)->status, 200);
  EXPECT_EQ(client.Ask("GET")->status, 408);
}

TEST(SessionLimits, SlowBodyIsAnsweredWith408) {
  HttpLimits limits;
  limits.body_timeout = absl::Milliseconds(30);
  TestingServer server(limits);
  RawClient client(server.port());
  const auto answer = client.Ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 408);
  EXPECT_TRUE(client.ClosedByServer());
}

TEST(SessionLimits, IdleConnectionClosesInSilence) {
  HttpLimits limits;
  limits.idle_timeout = absl::Milliseconds(30);
  TestingServer server(limits);
  RawClient client(server.port());
  EXPECT_EQ(client.Ask(kGet)->status, 200);
  EXPECT_TRUE(client.ClosedByServer());
}

TEST(SessionLimits, ReaderThatTakesNothingIsCut) {
  HttpLimits limits;
  limits.write_timeout = absl::Milliseconds(30);
  TestingServer server(limits);
  RawClient client(server.port());
  client.SetReceiveBuffer(4096);
  client.Send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(Eventually([&] { return server.handler().bodies() == 1 && server.server().connections() == 0; }));
}

TEST(SessionLimits, RequestsPerConnection) {
  HttpLimits limits;
  limits.requests_per_connection_max = 2;
  TestingServer server(limits);
  RawClient client(server.port());
  EXPECT_EQ(client.Ask(kGet)->headers.count("connection"), 0u);
  EXPECT_EQ(client.Ask(kGet)->headers.at("connection"), "close");
  EXPECT_TRUE(client.ClosedByServer());
}

TEST(SessionLimits, ConnectionsPerAddress) {
  HttpLimits limits;
  limits.connections_per_ip_max = 2;
  TestingServer server(limits);
  RawClient first(server.port());
  RawClient second(server.port());
  EXPECT_EQ(first.Ask(kGet)->status, 200);
  EXPECT_EQ(second.Ask(kGet)->status, 200);
  RawClient third(server.port());
  EXPECT_EQ(third.Receive()->status, 429);
  EXPECT_TRUE(third.ClosedByServer());
  first.Close();
  EXPECT_TRUE(Eventually([&] { return RawClient(server.port()).Ask(kGet)->status == 200; }));
  EXPECT_THAT(server.MetricsText(), HasSubstr("gateway_http_refused_total{reason=\"connections_per_ip\"} "));
}

TEST(SessionLimits, ConnectionsPerAddressDoNotHoldForTrustedProxies) {
  HttpLimits limits;
  limits.connections_per_ip_max = 1;
  TestingServer server(limits, *IpNetworks::Parse({"127.0.0.0/8"}));
  RawClient first(server.port());
  RawClient second(server.port());
  EXPECT_EQ(first.Ask(kGet)->status, 200);
  EXPECT_EQ(second.Ask(kGet)->status, 200);
}

TEST(SessionLimits, ConnectionsOfAll) {
  HttpLimits limits;
  limits.connections_max = 1;
  TestingServer server(limits);
  RawClient first(server.port());
  EXPECT_EQ(first.Ask(kGet)->status, 200);
  RawClient second(server.port());
  EXPECT_EQ(second.Receive()->status, 503);
}

TEST(SessionLimits, MemoryOfAllBodies) {
  HttpLimits limits;
  limits.bodies_bytes_max = 1000;
  TestingServer server(limits);
  RawClient client(server.port());
  const auto answer = client.Ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n" + std::string(2000, 'a'));
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 503);
  RawClient next(server.port());
  EXPECT_EQ(next.Ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")->status, 200);
}

// --- The end ---

TEST(SessionDrain, ClosesIdleConnectionsAndFinishesRunningRequests) {
  TestingServer server;
  RawClient idle(server.port());
  RawClient busy(server.port());
  EXPECT_EQ(idle.Ask(kGet)->status, 200);
  busy.Send(kWait);
  ASSERT_TRUE(Eventually([&] { return server.handler().waiting() == 1; }));
  server.server().Drain();
  EXPECT_TRUE(idle.ClosedByServer());
  idle.Close();
  server.Release();
  const auto answer = busy.Receive();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->body, "waited");
  EXPECT_EQ(answer->headers.at("connection"), "close");
  busy.Close();
  EXPECT_TRUE(Eventually([&] { return server.server().connections() == 0; }));
  EXPECT_FALSE(RawClient(server.port()).Ask(kGet).has_value());
}

TEST(SessionDrain, StopReportsRunningRequestsAsGone) {
  TestingServer server;
  RawClient busy(server.port());
  busy.Send(kWait);
  ASSERT_TRUE(Eventually([&] { return server.handler().waiting() == 1; }));
  server.server().Stop();
  EXPECT_EQ(server.handler().gone(), 1);
  EXPECT_TRUE(busy.ClosedByServer());
}

TEST(HttpServer, SecondServerOnOnePortIsRefused) {
  TestingServer server;
  telemetry::Metrics metrics;
  TestingHandler handler;
  HttpServer second({}, {}, metrics);
  second.AddWorker(handler);
  EXPECT_EQ(second.Start("127.0.0.1", server.port()).code(), absl::StatusCode::kUnavailable);
}

TEST(HttpServer, AddressMustBeNumeric) {
  telemetry::Metrics metrics;
  TestingHandler handler;
  HttpServer server({}, {}, metrics);
  server.AddWorker(handler);
  EXPECT_EQ(server.Start("localhost", 0).code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace schutznetz::gateway
