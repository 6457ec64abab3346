#include "gateway/http/head_gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "gateway/http/message_framing.h"

namespace schutznetz::gateway {
namespace {

using ::testing::ElementsAre;
using State = HeadGate::State;

// Checks `text` at once. The text must outlive the use of `head`.
State Check(std::string& text, RequestHead* head, HeadGate* gate) {
  return gate->Check(text.data(), text.size(), head);
}

TEST(HeadGate, UnderstandsARequest) {
  HttpLimits limits;
  HeadGate gate(limits);
  RequestHead head;
  std::string text =
      "GET /v1/services?a=b HTTP/1.1\r\nHost: example.org\r\nX-Request-ID:  abc \r\nConnection: x, Close\r\n\r\nrest";
  ASSERT_EQ(Check(text, &head, &gate), State::kComplete);
  EXPECT_EQ(gate.size(), text.size() - 4);
  EXPECT_EQ(head.method, "GET");
  EXPECT_EQ(head.path, "/v1/services");
  EXPECT_EQ(head.query, "a=b");
  EXPECT_EQ(head.Find(Field::kXRequestId), "abc");
  EXPECT_TRUE(head.close);
  EXPECT_FALSE(head.has_body());
}

TEST(HeadGate, WaitsForTheEnd) {
  HttpLimits limits;
  const std::string whole = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\n";
  HeadGate gate(limits);
  RequestHead head;
  for (size_t size = 1; size < whole.size(); ++size) {
    std::string part = whole.substr(0, size);  // a new place each time
    ASSERT_EQ(Check(part, &head, &gate), State::kIncomplete) << size;
  }
  std::string all = whole;
  ASSERT_EQ(Check(all, &head, &gate), State::kComplete);
  EXPECT_EQ(head.content_length, 7u);
}

TEST(HeadGate, KeepsLinesOfOneFieldInOrder) {
  HttpLimits limits;
  HeadGate gate(limits);
  RequestHead head;
  std::string text = "GET / HTTP/1.1\r\nAccept: a\r\nHost: a\r\nAccept: b\r\n\r\n";
  ASSERT_EQ(Check(text, &head, &gate), State::kComplete);
  std::vector<std::string> values;
  head.ForEach(Field::kAccept, [&](std::string_view value) { values.emplace_back(value); });
  EXPECT_THAT(values, ElementsAre("a", "b"));
}

TEST(HeadGate, RefusesBareLineFeedBeforeTheEndArrives) {
  HttpLimits limits;
  HeadGate gate(limits);
  RequestHead head;
  std::string text = "GET / HTTP/1.1\nHost";
  ASSERT_EQ(Check(text, &head, &gate), State::kRefused);
  EXPECT_EQ(gate.refusal(), Refusal::kLineEnding);
}

TEST(HeadGate, RefusesATargetThatGoesOnAndOn) {
  HttpLimits limits;
  HeadGate gate(limits);
  RequestHead head;
  std::string text = "GET /" + std::string(limits.target_bytes_max + 100, 'a');
  ASSERT_EQ(Check(text, &head, &gate), State::kRefused);
  EXPECT_EQ(gate.refusal(), Refusal::kTargetTooLong);
}

TEST(HeadGate, RefusesAHeadThatGoesOnAndOn) {
  HttpLimits limits;
  HeadGate gate(limits);
  RequestHead head;
  std::string text = "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(limits.header_bytes_max, 'a');
  ASSERT_EQ(Check(text, &head, &gate), State::kRefused);
  EXPECT_EQ(gate.refusal(), Refusal::kHeaderTooLarge);
}

TEST(HeadGate, TakesHostsOfAllForms) {
  HttpLimits limits;
  for (const char* host : {"a", "example.org:8080", "127.0.0.1", "[::1]", "[2001:db8::1]:80"}) {
    HeadGate gate(limits);
    RequestHead head;
    std::string text = std::string("GET / HTTP/1.1\r\nHost: ") + host + "\r\n\r\n";
    EXPECT_EQ(Check(text, &head, &gate), State::kComplete) << host;
  }
}

TEST(HeadGate, RefusesHostsOfOtherForms) {
  HttpLimits limits;
  for (const char* host :
       {"", "a b", "a/b", "a@b", "[::1", "::1]", "[]", "a:", "a:x", "a:123456", "a,b", ":80", "a:80:81"}) {
    HeadGate gate(limits);
    RequestHead head;
    std::string text = std::string("GET / HTTP/1.1\r\nHost: ") + host + "\r\n\r\n";
    EXPECT_EQ(Check(text, &head, &gate), State::kRefused) << host;
  }
}

// --- MessageFraming agrees with the gate ---

struct Framed {
  MessageFraming::State state;
  std::string body;
  std::string rest;
};

// Feeds the body in steps of `step` bytes, as a session does: what is not taken stays in front.
Framed Frame(const std::string& head_text, const std::string& body_text, size_t step, size_t body_max = 1000) {
  HttpLimits limits;
  HeadGate gate(limits);
  RequestHead head;
  std::string text = head_text;
  EXPECT_EQ(Check(text, &head, &gate), State::kComplete);
  const auto framing = MessageFraming::Create();
  Framed result{framing->Begin(text, head, body_max), {}, {}};
  std::string waiting;
  size_t at = 0;
  while (result.state == MessageFraming::State::kBody && at < body_text.size()) {
    const size_t size = std::min(step, body_text.size() - at);
    waiting.append(body_text, at, size);
    at += size;
    std::string_view view = waiting;
    result.state = framing->Feed(&view, &result.body);
    waiting = std::string(view);
  }
  result.rest = waiting + body_text.substr(at);
  return result;
}

constexpr char kChunkedHead[] = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

TEST(MessageFraming, ReadsABodyOfKnownLengthInAnySteps) {
  for (size_t step = 1; step < 12; ++step) {
    const Framed framed = Frame("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n", "helloGET /", step);
    EXPECT_EQ(framed.state, MessageFraming::State::kDone) << step;
    EXPECT_EQ(framed.body, "hello");
    EXPECT_EQ(framed.rest, "GET /");
  }
}

TEST(MessageFraming, ReadsChunksInAnySteps) {
  for (size_t step = 1; step < 40; ++step) {
    const Framed framed = Frame(kChunkedHead, "3\r\nabc\r\n00A\r\n0123456789\r\n0\r\n\r\nGET /", step);
    EXPECT_EQ(framed.state, MessageFraming::State::kDone) << step;
    EXPECT_EQ(framed.body, "abc0123456789");
    EXPECT_EQ(framed.rest, "GET /");
  }
}

TEST(MessageFraming, RefusesBrokenChunks) {
  for (const char* body : {"x\r\n", "-1\r\nab\r\n", "+2\r\nab\r\n", "0x2\r\nab\r\n", "2\nab\n", "2\r\nabc\r\n0\r\n\r\n",
                           "2\r\nabX", "2;x=y\r\nab\r\n0\r\n\r\n", "0\r\nTrailer: x\r\n\r\n", "0;a\r\n\r\n",
                           "ffffffffffffffffff\r\nab", " 2\r\nab\r\n", "2 \r\nab\r\n", "\r\n2\r\nab\r\n"}) {
    for (const size_t step : {size_t{1}, size_t{100}}) {
      EXPECT_EQ(Frame(kChunkedHead, std::string(body) + "0\r\n\r\n", step).state, MessageFraming::State::kRefused)
          << body << " step " << step;
    }
  }
}

TEST(MessageFraming, RefusesASizeLineThatGoesOnAndOn) {
  EXPECT_EQ(Frame(kChunkedHead, std::string(200, '0'), 10).state, MessageFraming::State::kRefused);
}

TEST(MessageFraming, CutsABodyAtTheLimit) {
  EXPECT_EQ(Frame(kChunkedHead, "5\r\nhello\r\n1\r\nx\r\n0\r\n\r\n", 3, 5).state, MessageFraming::State::kTooLarge);
  EXPECT_EQ(Frame(kChunkedHead, "5\r\nhello\r\n0\r\n\r\n", 3, 5).state, MessageFraming::State::kDone);
}

}  // namespace
}  // namespace schutznetz::gateway
