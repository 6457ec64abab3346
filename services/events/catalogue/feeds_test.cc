#include "services/events/catalogue/feeds.h"

#include "gtest/gtest.h"
#include "services/events/catalogue/dublin_core.h"
#include "services/events/catalogue/localized.h"
#include "services/events/catalogue/sample_publication.h"
#include "services/events/catalogue/xml_tree.h"

namespace schutznetz::events {
namespace {

PublicationFeed SampleFeed() {
  PublicationFeed feed;
  feed.entries.push_back(
      {SamplePublication(), absl::FromUnixSeconds(1'700'000'000), absl::FromUnixSeconds(1'700'003'600)});
  feed.path = "/v1/publications:feed?languages=de&types=GUIDELINE";
  return feed;
}

TEST(FeedsTest, RssHasWhatReadersNeed) {
  const auto rss = ParseXml(RssOf(SampleFeed(), Site()));
  ASSERT_TRUE(rss.has_value());
  EXPECT_EQ(rss->attributes.at("version"), "2.0");
  const XmlNode* item = rss->At("channel/item");
  ASSERT_NE(item, nullptr);
  EXPECT_EQ(item->TextAt("title"), "Leitfaden <Kinderhandel> & Ausbeutung");
  EXPECT_EQ(item->TextAt("link"), "https://example.org/leitfaden.pdf");
  EXPECT_EQ(item->TextAt("pubDate"), "Tue, 14 Nov 2023 22:13:20 +0000");
  EXPECT_EQ(item->TextAt("guid"), "http://localhost:8080/v1/publications/leitfaden");
  EXPECT_EQ(rss->At("channel")->All("link").size(), 2u);  // its own and atom:link
}

TEST(FeedsTest, AtomHasWhatRfc4287Asks) {
  const auto atom = ParseXml(AtomOf(SampleFeed(), Site()));
  ASSERT_TRUE(atom.has_value());
  EXPECT_EQ(atom->name, "http://www.w3.org/2005/Atom\nfeed");
  EXPECT_EQ(atom->TextAt("updated"), "2023-11-14T23:13:20Z");
  EXPECT_EQ(atom->TextAt("id"), "http://localhost:8080/v1/publications:feed?languages=de&types=GUIDELINE");
  const XmlNode* entry = atom->At("entry");
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->TextAt("published"), "2023-11-14T22:13:20Z");
  EXPECT_EQ(entry->All("author").size(), 2u);
  EXPECT_EQ(entry->TextAt("summary"), "Was Fachkräfte tun können.");
}

TEST(FeedsTest, AnEmptyFeedIsOne) {
  const PublicationFeed feed;
  EXPECT_EQ(ParseXml(AtomOf(feed, Site()))->TextAt("updated"), "1970-01-01T00:00:00Z");
  EXPECT_TRUE(ParseXml(RssOf(feed, Site())).has_value());
}

TEST(LocalizedTest, EachTextFallsBackByItself) {
  const v1::Publication publication = SamplePublication();
  EXPECT_EQ(TextIn(publication.title(), "en-GB"), "Guideline on child trafficking");
  EXPECT_EQ(TextIn(publication.title(), "DE"), "Leitfaden <Kinderhandel> & Ausbeutung");
  EXPECT_EQ(TextIn(publication.title(), "uk"), "Guideline on child trafficking");    // English
  EXPECT_EQ(TextIn(publication.description(), "uk"), "Was Fachkräfte tun können.");  // its original
  EXPECT_EQ(TextIn(common::v1::LocalizedText(), "de"), "");
}

TEST(DublinCoreTest, ACitationIsMadeWhereNoneIsGiven) {
  v1::Publication publication = SamplePublication();
  EXPECT_EQ(CitationOf(publication, "en"),
            "Muster, Erika; Musterstelle Köln (2024): Guideline on child trafficking. 3. Auflage. Materialien, 7. "
            "Musterverlag.");
  publication.set_citation("Muster 2024");
  EXPECT_EQ(CitationOf(publication, "en"), "Muster 2024");
}

}  // namespace
}  // namespace schutznetz::events
