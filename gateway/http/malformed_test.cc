// Requests that are never accepted, sent as raw bytes to a real listener: each gets its status, in the form of every
// error, and the connection closes. None reaches the handler.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "gateway/http/testing_server.h"
#include "gateway/testing/raw_client.h"

namespace schutznetz::gateway {
namespace {

using testing::RawClient;

struct Malformed {
  const char* name;
  std::string bytes;
  int status;
};

std::string Get(const std::string& target, const std::string& fields = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

std::string Post(const std::string& fields, const std::string& body = "") {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
}

std::string Zero(std::string text) {
  std::replace(text.begin(), text.end(), '@', '\0');
  return text;
}

const Malformed kTable[] = {
    // Request line.
    {"EmptyFirstLine", "\r\n" + Get("/"), 400},
    {"EmptyFirstLineBare", "\n" + Get("/"), 400},
    {"LeadingSpace", " " + Get("/"), 400},
    {"TlsClientHello", std::string("\x16\x03\x01\x02\x00\x01\x00", 7), 400},
    {"NoVersion", "GET /\r\nHost: a\r\n\r\n", 400},
    {"NoTarget", "GET HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"TwoSpacesBeforeTarget", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"TwoSpacesBeforeVersion", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"SpaceBehindVersion", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
    {"TabAsSeparator", "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"LowerCaseVersion", "GET / http/1.1\r\nHost: a\r\n\r\n", 400},
    {"VersionWithoutMinor", "GET / HTTP/1\r\nHost: a\r\n\r\n", 400},
    {"VersionWithLeadingZero", "GET / HTTP/01.1\r\nHost: a\r\n\r\n", 400},
    {"Http10", "GET / HTTP/1.0\r\nHost: a\r\n\r\n", 505},
    {"Http09", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505},
    {"Http12", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
    {"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
    {"MethodWithSlash", "GE/T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"MethodWith8Bit", "GE\xc3\xa4 / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"MethodTooLong", std::string(40, 'A') + " / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    // Target.
    {"AbsoluteTarget", Get("http://a/"), 400},
    {"AuthorityTarget", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"AsteriskTarget", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"RelativeTarget", Get("v1/lands"), 400},
    {"TargetWith8Bit", Get("/caf\xc3\xa9"), 400},
    {"TargetWithNul", Zero(Get("/a@b")), 400},
    {"TargetWithTab", Get("/a\tb"), 400},
    {"TargetWithDelete", Get("/a\x7f"), 400},
    {"TargetWithFragment", Get("/a#b"), 400},
    {"TargetWithBackslash", Get("/a\\b"), 400},
    {"TargetWithQuote", Get("/a\"b"), 400},
    {"QueryWithAngle", Get("/?a=<script>"), 400},
    {"QueryWith8Bit", Get("/?q=\xfc"), 400},
    {"TargetTooLong", Get("/" + std::string(9000, 'a')), 414},
    {"TargetWithoutEndTooLong", "GET /" + std::string(20'000, 'a'), 414},
    // Line endings.
    {"BareLineFeedEverywhere", "GET / HTTP/1.1\nHost: a\n\n", 400},
    {"BareLineFeedAfterRequestLine", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
    {"BareLineFeedInField", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400},
    {"BareLineFeedAtEnd", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
    {"BareReturnInValue", Get("/", "X: a\rb\r\n"), 400},
    {"BareReturnInRequestLine", "GET / HTTP/1.1\rX\r\nHost: a\r\n\r\n", 400},
    {"BareReturnBeforeEnd", "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", 400},
    // Fields.
    {"FoldedLine", Get("/", "X: a\r\n b\r\n"), 400},
    {"FoldedLineByTab", Get("/", "X: a\r\n\tb\r\n"), 400},
    {"FoldedFirstLine", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
    {"SpaceBeforeColon", Get("/", "X : a\r\n"), 400},
    {"NoColon", Get("/", "X\r\n"), 400},
    {"EmptyName", Get("/", ": a\r\n"), 400},
    {"UnderscoreInName", Get("/", "Content_Length: 5\r\n"), 400},
    {"8BitInName", Get("/", "X\xc3\xa4: a\r\n"), 400},
    {"NulInName", Zero(Get("/", "X@: a\r\n")), 400},
    {"NulInValue", Zero(Get("/", "X: a@b\r\n")), 400},
    {"ControlInValue", Get("/", "X: a\x01\r\n"), 400},
    {"DeleteInValue", Get("/", "X: a\x7f\r\n"), 400},
    {"SeparatorInName", Get("/", "X(y): a\r\n"), 400},
    {"HeaderTooLarge", Get("/", "X: " + std::string(17'000, 'a') + "\r\n"), 431},
    {"HeaderWithoutEndTooLarge", "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(30'000, 'a'), 431},
    {"TooManyFields",
     Get("/",
         [] {
           std::string fields;
           for (int i = 0; i < 64; ++i) fields += "X: a\r\n";
           return fields;
         }()),
     431},
    // Host.
    {"NoHost", "GET / HTTP/1.1\r\n\r\n", 400},
    {"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
    {"EmptyHost", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
    {"HostWithUser", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400},
    {"HostWithPath", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
    {"HostList", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
    // Lengths.
    {"LengthAndChunked", Post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
    {"ChunkedAndLength", Post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), 400},
    {"TwoEqualLengths", Post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400},
    {"TwoDifferentLengths", Post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400},
    {"LengthList", Post("Content-Length: 5, 5\r\n", "hello"), 400},
    {"LengthWithPlus", Post("Content-Length: +5\r\n", "hello"), 400},
    {"LengthWithMinus", Post("Content-Length: -5\r\n", "hello"), 400},
    {"LengthHex", Post("Content-Length: 0x5\r\n", "hello"), 400},
    {"LengthWithSpace", Post("Content-Length: 5 5\r\n", "hello"), 400},
    {"LengthEmpty", Post("Content-Length:\r\n", "hello"), 400},
    {"LengthOverflow", Post("Content-Length: 99999999999999999999\r\n", "hello"), 400},
    {"LengthTooLarge", Post("Content-Length: 1048577\r\n", "hello"), 413},
    // Transfer codings.
    {"XChunked", Post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 400},
    {"ChunkedInCapitals", Post("Transfer-Encoding: Chunked\r\n", "0\r\n\r\n"), 400},
    {"ChunkedIdentity", Post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"), 400},
    {"IdentityChunked", Post("Transfer-Encoding: identity, chunked\r\n", "0\r\n\r\n"), 400},
    {"ChunkedTwice", Post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 400},
    {"ChunkedOnTwoLines", Post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
    {"Gzip", Post("Transfer-Encoding: gzip\r\n", "0\r\n\r\n"), 400},
    {"ChunkedQuoted", Post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), 400},
    {"ChunkedWithParameter", Post("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n"), 400},
    {"EmptyTransferEncoding", Post("Transfer-Encoding:\r\n", "0\r\n\r\n"), 400},
    {"ChunkedInHttp10", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 505},
    // Chunks.
    {"ChunkSizeHexPrefix", Post("Transfer-Encoding: chunked\r\n", "0x5\r\nhello\r\n0\r\n\r\n"), 400},
    {"ChunkSizeBareLineFeed", Post("Transfer-Encoding: chunked\r\n", "5\nhello\r\n0\r\n\r\n"), 400},
    {"ChunkSizeOverflow", Post("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\nhello"), 400},
    {"ChunkExtension", Post("Transfer-Encoding: chunked\r\n", "5;a=b\r\nhello\r\n0\r\n\r\n"), 400},
    {"ChunkTooLong", Post("Transfer-Encoding: chunked\r\n", "5\r\nhello!!\r\n0\r\n\r\n"), 400},
    {"ChunkTrailer", Post("Transfer-Encoding: chunked\r\n", "0\r\nX: a\r\n\r\n"), 400},
    {"ChunkedTooLarge",
     Post("Transfer-Encoding: chunked\r\n", "100001\r\n" + std::string(0x100001, 'a') + "\r\n0\r\n\r\n"), 413},
    // Fields that may stand once.
    {"TwoAuthorizations", Get("/", "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n"), 400},
    {"TwoContentTypes", Get("/", "Content-Type: a/b\r\nContent-Type: a/b\r\n"), 400},
    {"TwoIdempotencyKeys", Get("/", "Idempotency-Key: a\r\nIdempotency-Key: b\r\n"), 400},
    {"TwoOrigins", Get("/", "Origin: https://a\r\nOrigin: https://b\r\n"), 400},
    // Expectations.
    {"UnknownExpectation", Post("Content-Length: 5\r\nExpect: a-pony\r\n", "hello"), 417},
    {"TwoExpectations", Post("Content-Length: 5\r\nExpect: 100-continue\r\nExpect: 100-continue\r\n", "hello"), 400},
};

class MalformedRequest : public ::testing::TestWithParam<Malformed> {};

TEST_P(MalformedRequest, IsRefusedAndTheConnectionCloses) {
  TestingServer server;
  RawClient client(server.port());
  const auto answer = client.Ask(GetParam().bytes);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, GetParam().status);
  EXPECT_EQ(answer->headers.at("connection"), "close");
  EXPECT_TRUE(client.ClosedByServer());
  // A chunked body breaks off after the head was accepted; nothing else gets as far as the handler.
  EXPECT_EQ(server.handler().bodies(), 0);
}

INSTANTIATE_TEST_SUITE_P(Table, MalformedRequest, ::testing::ValuesIn(kTable),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace schutznetz::gateway
