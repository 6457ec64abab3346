// Filters one by one, and what they are built from.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/descriptors.h"
#include "gateway/filters/authentication.h"
#include "gateway/filters/client_address.h"
#include "gateway/filters/compression.h"
#include "gateway/filters/compressor.h"
#include "gateway/filters/conditional.h"
#include "gateway/filters/cors.h"
#include "gateway/filters/deadline_filter.h"
#include "gateway/filters/error_answer.h"
#include "gateway/filters/etag.h"
#include "gateway/filters/filter_chain.h"
#include "gateway/filters/http_list.h"
#include "gateway/filters/idempotency.h"
#include "gateway/filters/negotiation.h"
#include "gateway/filters/overload.h"
#include "gateway/filters/rate_limit.h"
#include "gateway/filters/request_id.h"
#include "gateway/filters/route.h"
#include "gateway/filters/security_headers.h"
#include "gateway/filters/transcode.h"
#include "gateway/filters/worker_parts.h"
#include "google/protobuf/descriptor.pb.h"
#include "services/common/errors/errors.h"

namespace schutznetz::gateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

const Transcoder& TheTranscoder() {
  static const std::unique_ptr<const Transcoder> kTranscoder = *Transcoder::Build(*LoadDescriptors(""));
  return *kTranscoder;
}

// A call with these header lines. Texts must outlive it.
class FilterTest : public ::testing::Test {
 protected:
  FilterTest() {
    call_.head = &head_;
    call_.worker = &worker_;
    Request("GET", "/v1/services/abc");
  }
  void Request(std::string_view method, std::string_view path) {
    head_.method = method;
    head_.path = path;
    const RouteFilter route(TheTranscoder());
    route.Before(call_);
  }
  void Header(std::string_view name, std::string_view value) { head_.AddLine(name, value); }
  std::string Reason() const { return errors::ReasonOf(call_.error); }

  RequestHead head_;
  WorkerParts worker_;
  telemetry::Metrics metrics_;
  Call call_;
};

TEST(FilterChain, OrderIsAsserted) {
  telemetry::Metrics metrics;
  telemetry::LogWriter log({.service = "test"});
  const auto chain = MakeFilterChain({}, {TheTranscoder(), metrics, log});
  ASSERT_TRUE(chain.ok());
  for (size_t i = 0; i < kFilterOrder.size(); ++i) EXPECT_EQ((*chain)->at(i).name(), kFilterOrder[i]);
  EXPECT_EQ((*chain)->at(PlaceOf(kFirstBehindBody)).name(), kFirstBehindBody);
  EXPECT_FALSE(FilterChain::Build({}).ok());
  std::vector<std::unique_ptr<Filter>> wrong;
  for (size_t i = 0; i < kFilterOrder.size(); ++i) wrong.push_back(std::make_unique<SecurityHeadersFilter>());
  EXPECT_EQ(FilterChain::Build(std::move(wrong)).status().code(), absl::StatusCode::kInternal);
}

TEST(HttpList, ReadsNamesAndWeights) {
  std::string_view list = " gzip;q=0.5 , br, x;Q=1.000;y=z,a;q=2,b;q=0.5x,c;q=, d;q=0.125";
  std::vector<std::pair<std::string, int>> items;
  while (!list.empty()) {
    const WeightedItem item = NextWeightedItem(&list);
    items.emplace_back(item.name, item.weight);
  }
  EXPECT_THAT(items, ElementsAre(Pair("gzip", 500), Pair("br", 1000), Pair("x", 1000), Pair("a", 0), Pair("b", 0),
                                 Pair("c", 0), Pair("d", 125)));
}

// --- Entity tags ---

TEST(Etag, ParsesOneTag) {
  EXPECT_EQ(ParseEntityTag(" \"abc\" ")->opaque, "abc");
  EXPECT_FALSE(ParseEntityTag("\"abc\"")->weak);
  EXPECT_TRUE(ParseEntityTag("W/\"abc\"")->weak);
  for (const char* bad : {"", "abc", "\"abc", "\"a b\"", "w/\"abc\"", "\"a\",\"b\"", "\"a\"b", "*"}) {
    EXPECT_FALSE(ParseEntityTag(bad).has_value()) << bad;
  }
}

TEST(Etag, ListsMatchWeaklyAndWithoutSuffix) {
  for (const char* list : {"\"abc\"", "W/\"abc\"", "\"x\",\"abc\"", "\"x\" , \"abc-br\"", "\"abc-gzip\"", "*", " * "}) {
    EXPECT_TRUE(ListMatches(list, "abc")) << list;
  }
  for (const char* list : {"", "abc", "\"x\"", "\"abcd\"", "\"abc-zz\"", "\"-br\"", "\"abc", "\"x\" \"y"}) {
    EXPECT_FALSE(ListMatches(list, "abc")) << list;
  }
}

TEST(Etag, SuffixesComeAndGo) {
  EXPECT_EQ(WithSuffix("\"abc\"", Coding::kBrotli), "\"abc-br\"");
  EXPECT_EQ(WithSuffix("\"abc\"", Coding::kGzip), "\"abc-gzip\"");
  EXPECT_EQ(WithoutSuffix("0123456789abcdef-br"), "0123456789abcdef");
  EXPECT_EQ(WithoutSuffix("0123456789abcdef-gzip"), "0123456789abcdef");
  EXPECT_EQ(WithoutSuffix("0123456789abc-br"), "0123456789abc-br");  // a server's etag that ends so by chance
}

TEST(Etag, HashesDiffer) {
  EXPECT_EQ(HashEtag("a"), HashEtag("a"));
  EXPECT_NE(HashEtag("a"), HashEtag("b"));
  EXPECT_TRUE(IsOpaque(HashEtag("a")));
}

// --- Rates ---

TEST_F(FilterTest, CallersHaveABucketOfTheirOwn) {
  RateClassTable classes = RateClasses(1);
  classes[common::v1::Rule::READ] = {"read", 1, 1000};
  const RateLimitFilter filter(classes, metrics_);
  call_.start_us = 1000;
  call_.caller = access::Caller::Granted("members/1", {.roles = {access::Role::kMember}});
  call_.client = *IpAddress::Parse("192.0.2.1");
  EXPECT_EQ(filter.Before(call_), Verdict::kContinue);
  call_.client = *IpAddress::Parse("192.0.2.2");
  EXPECT_EQ(filter.Before(call_), Verdict::kAnswered);
  EXPECT_EQ(Reason(), "RATE_LIMITED");
  filter.After(call_);
  EXPECT_EQ(call_.response.headers.Find("ratelimit-policy"), "\"read\";q=1;w=1000");
  EXPECT_EQ(call_.response.headers.Find("ratelimit"), "\"read\";r=0;t=1000");
}

// --- Negotiation ---

TEST_F(FilterTest, MostSpecificRangeOfAcceptDecides) {
  const std::pair<const char*, bool> kTable[] = {
      {"*/*", true},
      {"application/*", true},
      {"application/json", true},
      {"Application/JSON;charset=utf-8", true},
      {"text/html", false},
      {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true},
      {"*/*, application/json;q=0", false},
      {"application/*;q=0, */*", false},
      {"application/json;q=0.001", true},
      {"", true},
  };
  for (const auto& [accept, json] : kTable) {
    RequestHead head;
    head.AddLine("accept", accept);
    EXPECT_EQ(AcceptanceOf(head).json, json) << accept;
  }
  RequestHead head;
  head.AddLine("accept", "application/problem+json");
  EXPECT_TRUE(AcceptanceOf(head).problem);
}

TEST(Negotiation, ContentTypes) {
  for (const char* good : {"application/json", "APPLICATION/json", "application/json ; charset=UTF-8",
                           "application/json;charset=\"utf-8\"", "application/json; x=y"}) {
    EXPECT_TRUE(IsContentType(good, "application/json")) << good;
  }
  for (const char* bad : {"", "text/json", "application/jsonx", "application/json; charset=latin1",
                          "application/json; x=y; charset=utf-16", "application/merge-patch+json"}) {
    EXPECT_FALSE(IsContentType(bad, "application/json")) << bad;
  }
}

TEST_F(FilterTest, ARawBodyIsTakenByItsMediaTypeAndSize) {
  const NegotiationFilter filter;
  Request("POST", "/oauth2/token");
  head_.content_length = 8192;
  Header("content-type", "application/x-www-form-urlencoded");
  EXPECT_EQ(filter.Before(call_), Verdict::kContinue);
  head_.content_length = 8193;
  EXPECT_EQ(filter.Before(call_), Verdict::kAnswered);
  EXPECT_EQ(Reason(), "SIZE_LIMIT");
  head_.Clear();
  Request("POST", "/oauth2/token");
  head_.content_length = 2;
  Header("content-type", "application/json");
  EXPECT_EQ(filter.Before(call_), Verdict::kAnswered);
  EXPECT_EQ(Reason(), "MEDIA_TYPE_UNSUPPORTED");
}

TEST_F(FilterTest, CredentialsOfATokenRequestAreNotTheGatewaysToCheck) {
  const AuthenticationFilter filter(nullptr, 1, metrics_);
  Request("POST", "/oauth2/token");
  Header("authorization", "Basic YTpi");
  EXPECT_EQ(filter.Before(call_), Verdict::kContinue);
  EXPECT_TRUE(call_.caller.is_public());
}

TEST_F(FilterTest, AWrongVerbAtTheTokenEndpointIsAnOAuthErrorToo) {
  Request("GET", "/oauth2/token");
  call_.problem_json = true;
  RenderError(TheTranscoder(), call_);
  EXPECT_EQ(call_.response.status, 405);
  EXPECT_EQ(call_.response.headers.Find("content-type"), "application/json");
  EXPECT_THAT(call_.response.body, HasSubstr(R"({"error":"invalid_request","error_description":")"));
}

TEST_F(FilterTest, CodingsByPreference) {
  const std::pair<const char*, Coding> kTable[] = {
      {"br", Coding::kBrotli},         {"gzip", Coding::kGzip},
      {"gzip, br", Coding::kBrotli},   {"gzip;q=1, br;q=0.9", Coding::kGzip},
      {"*", Coding::kBrotli},          {"br;q=0, *", Coding::kGzip},
      {"identity", Coding::kIdentity}, {"", Coding::kIdentity},
      {"GZIP", Coding::kGzip},         {"gzip;q=0", Coding::kIdentity},
      {"zstd", Coding::kIdentity},
  };
  for (const auto& [accept, coding] : kTable) {
    RequestHead head;
    head.AddLine("accept-encoding", accept);
    EXPECT_EQ(ChooseCoding(head), coding) << accept;
  }
}

TEST_F(FilterTest, SmallAndCompressedAnswersStayAsTheyAre) {
  const CompressionFilter filter;
  call_.coding = Coding::kGzip;
  call_.response.headers.Add("content-type", "application/json");
  call_.response.body = std::string(1023, 'x');
  filter.After(call_);
  EXPECT_EQ(call_.response.body.size(), 1023u);
  call_.response.headers.Clear();
  call_.response.headers.Add("content-type", "image/png");
  call_.response.body = std::string(5000, 'x');
  filter.After(call_);
  EXPECT_EQ(call_.response.body.size(), 5000u);
}

TEST(Compressor, IsUsedAgainAndAgain) {
  Compressor compressor;
  std::string first;
  std::string second;
  ASSERT_TRUE(compressor.Gzip(std::string(5000, 'x'), &first));
  ASSERT_TRUE(compressor.Gzip(std::string(5000, 'x'), &second));
  EXPECT_EQ(first, second);
  EXPECT_LT(first.size(), 100u);
  ASSERT_TRUE(compressor.Brotli(std::string(5000, 'x'), &first));
  EXPECT_LT(first.size(), 100u);
}

// --- Who asks ---

TEST_F(FilterTest, ForwardedForIsBelievedFromProxiesOnly) {
  const ClientAddressFilter filter(*IpNetworks::Parse({"10.0.0.0/8"}));
  Header("x-forwarded-for", "192.0.2.1, 10.0.0.9");
  call_.peer = *IpAddress::Parse("192.0.2.9");
  filter.Before(call_);
  EXPECT_EQ(call_.client, call_.peer);
  call_.peer = *IpAddress::Parse("10.0.0.1");
  filter.Before(call_);
  EXPECT_EQ(call_.client, *IpAddress::Parse("192.0.2.1"));
  Header("x-forwarded-for", "unknown");  // on a line of its own, behind the others
  filter.Before(call_);
  EXPECT_EQ(call_.client, call_.peer);
}

TEST_F(FilterTest, OnlyPublicMethodsWorkWithoutCredentials) {
  const AuthenticationFilter filter(nullptr, 1, metrics_);
  EXPECT_EQ(filter.Before(call_), Verdict::kContinue);
  Request("DELETE", "/v1/services/abc");
  EXPECT_EQ(filter.Before(call_), Verdict::kAnswered);
  EXPECT_EQ(Reason(), "CREDENTIALS_REQUIRED");
  Header("authorization", "Bearer abc");
  EXPECT_EQ(filter.Before(call_), Verdict::kAnswered) << "without an exchange server nobody is known";
  EXPECT_EQ(Reason(), "CREDENTIALS_REQUIRED");
}

TEST(Cors, Origins) {
  for (const char* good : {"https://example.org", "http://localhost:3000", "https://[::1]:80"}) {
    EXPECT_TRUE(IsOrigin(good)) << good;
  }
  for (const char* bad : {"", "*", "null", "example.org", "https://", "https://example.org/", "https://a b", "ftp://a",
                          "https://user@a"}) {
    EXPECT_FALSE(IsOrigin(bad)) << bad;
  }
}

// --- The rest ---

TEST_F(FilterTest, OverloadKeepsPlacesForHelp) {
  const OverloadFilter filter(4, metrics_);
  std::array<Call, 3> running;
  for (Call& call : running) {
    call.worker = &worker_;
    call.binding = call_.binding;
    EXPECT_EQ(filter.Before(call), Verdict::kContinue);
  }
  EXPECT_EQ(filter.Before(call_), Verdict::kAnswered);
  Request("GET", "/v1/services:reach");
  call_.error = absl::OkStatus();
  EXPECT_EQ(filter.Before(call_), Verdict::kContinue);
  for (Call& call : running) filter.After(call);
  filter.Dropped(call_);
  filter.Dropped(call_);  // counted once
  EXPECT_EQ(worker_.running, 0);
}

TEST_F(FilterTest, DeadlinesByClass) {
  const DeadlineFilter filter;
  const std::pair<const char*, absl::Duration> kTable[] = {{"/v1/services/abc", absl::Seconds(2)},
                                                           {"/v1/services:reach", absl::Seconds(2)},
                                                           {"/v1/services:search", absl::Seconds(3)}};
  for (const auto& [path, timeout] : kTable) {
    Request("GET", path);
    EXPECT_EQ(filter.Before(call_), Verdict::kContinue);
    EXPECT_EQ(call_.timeout, timeout) << path;
  }
  Request("DELETE", "/v1/services/abc");
  filter.Before(call_);
  EXPECT_EQ(call_.timeout, absl::Seconds(5));
}

TEST_F(FilterTest, IdempotencyKeyMattersToWritesOnly) {
  const IdempotencyFilter filter;
  Header("idempotency-key", "\"abc\"");
  EXPECT_EQ(filter.Before(call_), Verdict::kContinue);
  EXPECT_EQ(call_.idempotency_key, "");
  Request("POST", "/v1/services");
  EXPECT_EQ(filter.Before(call_), Verdict::kContinue);
  EXPECT_EQ(call_.idempotency_key, "abc");
}

TEST_F(FilterTest, PreconditionOfAMethodThatHasNoneIsRefused) {
  const ConditionalFilter filter;
  Request("POST", "/v1/imports");
  Header("if-match", "\"abc\"");
  EXPECT_EQ(filter.Before(call_), Verdict::kAnswered);
  EXPECT_EQ(Reason(), "INVALID_FIELD");
}

TEST(Transcode, NextPageKeepsTheRestOfTheQuery) {
  EXPECT_EQ(NextPageTarget("/v1/lands", "", "abc"), "/v1/lands?pageToken=abc");
  EXPECT_EQ(NextPageTarget("/v1/lands", "a=b&pageToken=old&c=d%20e", "x/y+z="),
            "/v1/lands?a=b&c=d%20e&pageToken=x%2Fy%2Bz%3D");
  EXPECT_EQ(NextPageTarget("/v1/lands", "page_token=old", "n"), "/v1/lands?pageToken=n");
}

TEST_F(FilterTest, VaryNamesWhatMattered) {
  const SecurityHeadersFilter filter;
  call_.vary = kVaryAcceptEncoding | kVaryOrigin;
  filter.After(call_);
  EXPECT_EQ(call_.response.headers.Find("vary"), "Accept-Encoding, Origin");
  EXPECT_EQ(call_.response.headers.Find("cache-control"), "no-store");
}

TEST_F(FilterTest, UnknownVerbsNameTheKnownOnes) {
  Request("PUT", "/v1/services/abc");
  EXPECT_EQ(Reason(), "METHOD_NOT_ALLOWED");
  EXPECT_THAT(errors::MetadataOf(call_.error, "allow"), HasSubstr("PATCH"));
}

}  // namespace
}  // namespace schutznetz::gateway
