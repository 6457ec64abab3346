// Every verb with every argument that it takes, needs, or must not have (section 4 of OAI-PMH 2.0).
#include "services/events/catalogue/oai_request.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace schutznetz::events {
namespace {

std::string CodeOf(std::string_view form) {
  const auto read = ReadOaiRequest(form);
  const auto* error = std::get_if<OaiError>(&read);
  return error == nullptr ? "ok" : std::string(error->code);
}

TEST(OaiRequestTest, VerbsTakeWhatTheProtocolSays) {
  const std::pair<const char*, const char*> kCases[] = {
      {"verb=Identify", "ok"},
      {"verb=Identify&set=type", "badArgument"},
      {"verb=ListMetadataFormats", "ok"},
      {"verb=ListMetadataFormats&identifier=oai:x:1", "ok"},
      {"verb=ListMetadataFormats&metadataPrefix=oai_dc", "badArgument"},
      {"verb=ListSets", "ok"},
      {"verb=ListSets&resumptionToken=x", "ok"},
      {"verb=ListSets&from=2024-01-01", "badArgument"},
      {"verb=ListIdentifiers", "badArgument"},
      {"verb=ListIdentifiers&metadataPrefix=oai_dc", "ok"},
      {"verb=ListRecords&metadataPrefix=oai_dc&from=2024-01-01&until=2024-12-31&set=type:REPORT", "ok"},
      {"verb=ListRecords&resumptionToken=x", "ok"},
      {"verb=ListRecords&resumptionToken=x&metadataPrefix=oai_dc", "badArgument"},
      {"verb=ListRecords&resumptionToken=x&from=2024-01-01", "badArgument"},
      {"verb=GetRecord&identifier=oai:x:1", "badArgument"},
      {"verb=GetRecord&metadataPrefix=oai_dc", "badArgument"},
      {"verb=GetRecord&identifier=oai:x:1&metadataPrefix=oai_dc", "ok"},
      {"verb=GetRecord&identifier=oai:x:1&metadataPrefix=oai_dc&resumptionToken=x", "badArgument"},
      {"", "badVerb"},
      {"verb=", "badVerb"},
      {"verb=identify", "badVerb"},
      {"verb=Drop", "badVerb"},
      {"verb=Identify&verb=Identify", "badVerb"},
      {"metadataPrefix=oai_dc", "badVerb"},
      {"verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"},
      {"verb=ListRecords&metadataPrefix=oai_dc&foo=bar", "badArgument"},
      {"verb=ListRecords&metadataPrefix=", "badArgument"},
      {"verb=ListRecords&metadataPrefix=%zz", "badArgument"},
      {"verb=ListRecords&metadataPrefix=oai_dc&", "badArgument"},
  };
  for (const auto& [form, code] : kCases) EXPECT_EQ(CodeOf(form), code) << form;
}

TEST(OaiRequestTest, DatesAreExactAndOfOneGranularity) {
  const std::string kList = "verb=ListRecords&metadataPrefix=oai_dc&";
  for (const char* good : {"from=2024-02-29", "until=2024-01-01T00:00:00Z", "from=2024-01-01&until=2024-01-01"}) {
    EXPECT_EQ(CodeOf(kList + good), "ok") << good;
  }
  for (const char* bad : {"from=2024", "from=2023-02-29", "from=2024-1-01", "from=2024-01-01T00:00:00",
                          "from=2024-01-01T24:00:00Z", "from=2024-01-01T00:00:60Z", "from=2024-01-01T00:00:00.0Z",
                          "from=2024-01-01&until=2024-01-02T00:00:00Z", "from=2024-01-02&until=2024-01-01",
                          "from=+024-01-01", "until=yesterday", "set=", "set=:a", "set=a:", "set=a::b", "set=a%20b"}) {
    EXPECT_EQ(CodeOf(kList + bad), "badArgument") << bad;
  }
}

TEST(OaiRequestTest, ADayEndsWithItsLastSecond) {
  const auto read = ReadOaiRequest("verb=ListRecords&metadataPrefix=oai_dc&from=2024-01-01&until=2024-01-01");
  const OaiRequest& request = std::get<OaiRequest>(read);
  EXPECT_EQ(OaiTime(*request.from), "2024-01-01T00:00:00Z");
  EXPECT_EQ(OaiTime(*request.until), "2024-01-01T23:59:59Z");
}

}  // namespace
}  // namespace schutznetz::events
