#include <arpa/inet.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/telemetry/admin_server.h"
#include "services/common/telemetry/log.h"
#include "services/common/telemetry/metrics.h"
#include "services/common/telemetry/process_metrics.h"
#include "services/common/telemetry/trace.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::telemetry {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;

std::string ReadAll(int file) {
  std::string text(static_cast<size_t>(lseek(file, 0, SEEK_END)), '\0');
  EXPECT_EQ(pread(file, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  return text;
}

TEST(LogTest, LineHoldsOnlyWhatIsSet) {
  LogLine line;
  line.time = absl::FromUnixMillis(1772445600123);
  line.event = "call";
  line.route = "schutznetz.directory.v1.DirectoryService.GetLand";
  line.request_id = ShortText<64>("abc");
  line.grpc_code = 0;
  line.duration_us = 17;
  std::string json;
  AppendJson(line, "test", &json);
  EXPECT_EQ(json,
            "{\"time\":\"2026-03-02T10:00:00.123Z\",\"level\":\"info\",\"service\":\"test\",\"event\":\"call\","
            "\"route\":\"schutznetz.directory.v1.DirectoryService.GetLand\",\"request_id\":\"abc\",\"grpc_code\":0,"
            "\"duration_us\":17}\n");
}

TEST(LogTest, CauseIsEscapedAndCut) {
  LogLine line;
  line.cause = "a\"b\\c\n\xff" + std::string(5000, 'x');
  std::string json;
  AppendJson(line, "test", &json);
  EXPECT_THAT(json, HasSubstr("a\\\"b\\\\c\\u000a?x"));
  EXPECT_LT(json.size(), 1200u);
}

TEST(LogTest, LinesOfAllThreadsArriveWhole) {
  const int file = memfd_create("log", 0);
  {
    LogWriter log({"test", file});
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 500; ++i) {
          LogLine line;
          line.event = "call";
          line.count = i;
          log.Write(line);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    log.Flush();
    const std::string text = ReadAll(file);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2000);
    EXPECT_EQ(log.dropped(), 0);
  }
  close(file);
}

TEST(LogTest, FullQueueDropsAndCounts) {
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  std::string text;
  {
    // Nobody reads yet: the writer blocks on the pipe, so the queue fills.
    LogWriter log({"test", pipe_ends[1]});
    LogLine line;
    line.cause = std::string(900, 'x');
    while (log.dropped() == 0) log.Write(line);
    std::thread reader([&] {
      char buffer[65536];
      while (const ssize_t count = read(pipe_ends[0], buffer, sizeof buffer)) {
        if (count < 0) break;
        text.append(buffer, static_cast<size_t>(count));
      }
    });
    log.Flush();
    log.Write(line);
    log.Flush();
    close(pipe_ends[1]);
    reader.join();
  }
  EXPECT_THAT(text, HasSubstr("log_lines_dropped"));
  close(pipe_ends[0]);
}

TEST(MetricsTest, TextFollowsThePrometheusFormat) {
  Metrics metrics;
  Counter& calls = metrics.AddCounter("calls_total", "Calls.", {{"method", "Get"}});
  Counter& never = metrics.AddCounter("calls_total", "Calls.", {{"method", "Never"}}, /*hide_while_zero=*/true);
  Histogram& seconds = metrics.AddHistogram("call_seconds", "Time.", {0.1, 1});
  metrics.AddGauge("waiting", "Waiting.", [] { return 3.0; });
  calls.Add(2);
  seconds.Observe(0.05);
  seconds.Observe(0.5);
  seconds.Observe(7);
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr("calls_total{method=\"Get\"} 2"));
  EXPECT_THAT(text, Not(HasSubstr("Never")));
  EXPECT_THAT(text, HasSubstr("call_seconds_bucket{le=\"1\"} 2"));
  EXPECT_THAT(text, HasSubstr("call_seconds_bucket{le=\"+Inf\"} 3"));
  EXPECT_THAT(text, HasSubstr("call_seconds_sum 7.55"));
  EXPECT_THAT(text, HasSubstr("# TYPE waiting gauge"));
  EXPECT_THAT(text, HasSubstr("waiting 3"));
  never.Add();
  EXPECT_THAT(metrics.Text(), HasSubstr("Never"));
}

TEST(MetricsTest, CountsOfManyThreadsAddUp) {
  Metrics metrics;
  Counter& calls = metrics.AddCounter("calls_total", "Calls.");
  std::vector<std::thread> threads;
  for (int t = 0; t < 20; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) calls.Add();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(calls.Sum(), 20'000u);
}

TEST(MetricsTest, ProcessShowsItself) {
  LogWriter log({"test", 1});
  Metrics metrics;
  AddProcessMetrics(metrics, log);
  const std::string text = metrics.Text();
  for (const char* name : {"process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds",
                           "process_threads", "schutznetz_log_lines_dropped_total 0"}) {
    EXPECT_THAT(text, HasSubstr(name));
  }
  EXPECT_THAT(text, Not(HasSubstr("process_resident_memory_bytes 0")));
}

TEST(TraceTest, TraceparentIsReadAsTheStandardSays) {
  const std::string good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const auto context = ParseTraceparent(good);
  ASSERT_TRUE(context.has_value());
  EXPECT_EQ(context->trace_id.view(), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(context->flags, 1);
  EXPECT_EQ(FormatTraceparent(*context), good);
  EXPECT_TRUE(ParseTraceparent("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what"));
  for (const char* bad : {"", "00", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                          "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                          "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                          "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                          "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
                          "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01x",
                          "00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01"}) {
    EXPECT_FALSE(ParseTraceparent(bad).has_value()) << bad;
  }
}

TEST(TraceTest, NewIdsAreValidAndDiffer) {
  EXPECT_TRUE(ParseTraceparent(FormatTraceparent(NewTrace())).has_value());
  EXPECT_NE(NewTrace().trace_id.view(), NewTrace().trace_id.view());
  EXPECT_TRUE(IsRequestId(NewRequestId().view()));
  EXPECT_NE(NewRequestId().view(), NewRequestId().view());
}

TEST(TraceTest, RequestIdsAreChecked) {
  EXPECT_TRUE(IsRequestId("aZ0._-"));
  EXPECT_TRUE(IsRequestId(std::string(64, 'a')));
  for (const std::string& bad :
       {std::string(), std::string(65, 'a'), std::string("a b"), std::string("a\n"), std::string("ä")}) {
    EXPECT_FALSE(IsRequestId(bad)) << bad;
  }
}

std::string Exchange(int port, const std::string& request) {
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in where = {};
  where.sin_family = AF_INET;
  where.sin_port = htons(static_cast<uint16_t>(port));
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(connection, reinterpret_cast<sockaddr*>(&where), sizeof where), 0);
  EXPECT_EQ(send(connection, request.data(), request.size(), MSG_NOSIGNAL), static_cast<ssize_t>(request.size()));
  std::string answer;
  char buffer[4096];
  while (true) {
    const ssize_t count = recv(connection, buffer, sizeof buffer, 0);
    if (count <= 0) break;
    answer.append(buffer, static_cast<size_t>(count));
  }
  close(connection);
  return answer;
}

class AdminServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    AddStandardPages(server_, {[this] { return not_ready_; }, [] { return std::string("up 1\n"); }, "{}", "a = b\n"});
    ASSERT_THAT(server_.Start("127.0.0.1", 0), IsOk());
  }
  std::string not_ready_;
  AdminServer server_;
};

TEST_F(AdminServerTest, PagesAreServed) {
  EXPECT_THAT(Exchange(server_.port(), "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("200 OK"));
  EXPECT_THAT(Exchange(server_.port(), "GET /metrics?x=1 HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("up 1"));
  EXPECT_THAT(Exchange(server_.port(), "GET /config HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("a = b"));
  EXPECT_THAT(Exchange(server_.port(), "GET /version HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("application/json"));
}

TEST_F(AdminServerTest, ReadinessFollowsItsReason) {
  EXPECT_THAT(Exchange(server_.port(), "GET /readyz HTTP/1.1\r\n\r\n"), HasSubstr("200 OK"));
  not_ready_ = "store not read yet";
  EXPECT_THAT(Exchange(server_.port(), "GET /readyz HTTP/1.1\r\n\r\n"), HasSubstr("503"));
  EXPECT_THAT(Exchange(server_.port(), "GET /readyz HTTP/1.1\r\n\r\n"), HasSubstr("store not read yet"));
}

TEST_F(AdminServerTest, OtherRequestsAreRefused) {
  EXPECT_THAT(Exchange(server_.port(), "GET /nothing HTTP/1.1\r\n\r\n"), HasSubstr("404"));
  EXPECT_THAT(Exchange(server_.port(), "POST /livez HTTP/1.1\r\n\r\n"), HasSubstr("405"));
  EXPECT_THAT(Exchange(server_.port(), "rubbish\r\n\r\n"), HasSubstr("405"));
  EXPECT_EQ(Exchange(server_.port(), "GET /" + std::string(4100, 'a')), "");
}

TEST_F(AdminServerTest, TakenPortAndBadAddressStopTheStart) {
  AdminServer second;
  EXPECT_EQ(second.Start("127.0.0.1", server_.port()).code(), absl::StatusCode::kUnavailable);
  AdminServer third;
  EXPECT_EQ(third.Start("localhost", 0).code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace schutznetz::telemetry
