#include "gateway/routing/path_template.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace schutznetz::gateway {
namespace {

// "v1/*/**:verb {name=0+2…}" or the fault.
std::string Parsed(std::string_view text) {
  const absl::StatusOr<PathTemplate> parsed = ParsePathTemplate(text);
  if (!parsed.ok()) {
    EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument);
    return "refused";
  }
  std::string result;
  for (const TemplateSegment& segment : parsed->segments) {
    const bool rest = segment.kind == TemplateSegment::Kind::kRest;
    absl::StrAppend(&result, result.empty() ? "" : "/",
                    segment.kind == TemplateSegment::Kind::kLiteral ? segment.literal
                    : rest                                          ? "**"
                                                                    : "*");
  }
  if (!parsed->verb.empty()) absl::StrAppend(&result, ":", parsed->verb);
  for (const TemplateVariable& variable : parsed->variables) {
    absl::StrAppend(&result, " ", variable.field_path, "=", variable.first_segment, "+", variable.segment_count,
                    variable.to_end ? "…" : "");
  }
  return result;
}

TEST(PathTemplateTest, TheGrammarOfGoogleApiHttpIsUnderstood) {
  EXPECT_EQ(Parsed("/v1/lands"), "v1/lands");
  EXPECT_EQ(Parsed("/v1/*/x/**"), "v1/*/x/**");
  EXPECT_EQ(Parsed("/v1/{name=services/*}"), "v1/services/* name=1+2");
  EXPECT_EQ(Parsed("/v1/{service.name=services/*}:undelete"), "v1/services/*:undelete service.name=1+2");
  EXPECT_EQ(Parsed("/v1/{a}/{b.c_2}"), "v1/*/* a=1+1 b.c_2=2+1");
  EXPECT_EQ(Parsed("/v1/{path=files/**}:get"), "v1/files/**:get path=1+2…");
  EXPECT_EQ(Parsed("/v1/services:reach"), "v1/services:reach");
  EXPECT_EQ(Parsed("/a-b/c.d/e~f/service_at_locations"), "a-b/c.d/e~f/service_at_locations");
}

TEST(PathTemplateTest, EverythingElseIsRefused) {
  for (const char* bad : {"",      "v1",    "/",       "//",       "/v1/",         "/v1//x", "/{a",       "/{a=}",
                          "/{}",   "/{=*}", "/{a=*}}", "/{a={b}}", "/{a={b=*}/x}", "/**/x",  "/{a=**}/x", "/***",
                          "/*x",   "/x*",   "/v1:",    "/v1:a:b",  "/v1:a/b",      "/a b",   "/ä",        "/a%20b",
                          "/{1a}", "/{a.}", "/{a..b}", "/{a}/{a}", "/.",           "/../x",  "/a?b",      "/a#b"}) {
    EXPECT_EQ(Parsed(bad), "refused") << bad;
  }
}

TEST(PathTemplateTest, FaultsNameTemplateAndPlace) {
  EXPECT_EQ(ParsePathTemplate("/v1/{a={b}}").status().message(),
            "path template /v1/{a={b}} at 8: a variable inside a variable");
}

}  // namespace
}  // namespace schutznetz::gateway
