#include "services/events/catalogue/feeds.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/events/catalogue/localized.h"
#include "services/events/catalogue/xml_writer.h"

namespace schutznetz::events {
namespace {

using v1::Publication;

std::string TitleOf(const Site& site, std::string_view language) {
  return absl::StrCat(site.repository_name,
                      language.starts_with("de") ? ": neue Veröffentlichungen" : ": new publications");
}

// RFC 822 with a year of four digits, as RSS 2.0 asks.
std::string RssTime(absl::Time time) {
  return absl::FormatTime("%a, %d %b %Y %H:%M:%S +0000", time, absl::UTCTimeZone());
}

// RFC 3339.
std::string AtomTime(absl::Time time) { return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone()); }

// RFC 4287 asks for a time; a feed without entries has the same bytes at any, so that its readers and caches find it
// unchanged.
absl::Time UpdatedOf(const PublicationFeed& feed) {
  absl::Time updated = absl::UnixEpoch();
  for (const FeedEntry& entry : feed.entries) updated = std::max(updated, entry.updated);
  return updated;
}

// Where people read it: the first of its own addresses, else the entry of the catalogue.
std::string LinkOf(const Publication& publication, const Site& site) {
  return publication.links().empty() ? site.UrlOf(publication.name()) : publication.links(0).url();
}

void WriteItem(const FeedEntry& entry, const PublicationFeed& feed, const Site& site, XmlWriter* xml) {
  const Publication& publication = entry.publication;
  xml->Begin("item").Element("title", TextIn(publication.title(), feed.language));
  xml->Element("link", LinkOf(publication, site));
  if (publication.has_description()) xml->Element("description", TextIn(publication.description(), feed.language));
  for (const auto& subject : publication.subjects()) xml->Element("category", TextIn(subject, feed.language));
  for (const std::string& creator : publication.creators()) xml->Element("dc:creator", creator);
  xml->Begin("guid").Attribute("isPermaLink", "true").Text(site.UrlOf(publication.name())).End();
  xml->Element("pubDate", RssTime(entry.entered)).End();
}

void WriteEntry(const FeedEntry& entry, const PublicationFeed& feed, const Site& site, XmlWriter* xml) {
  const Publication& publication = entry.publication;
  xml->Begin("entry").Element("id", site.UrlOf(publication.name()));
  const auto* title = Pick(publication.title(), feed.language);
  xml->Element("title", title == nullptr ? "" : title->text(), title == nullptr ? "" : title->language_code());
  xml->Element("published", AtomTime(entry.entered)).Element("updated", AtomTime(entry.updated));
  for (const std::string& creator : publication.creators()) xml->Begin("author").Element("name", creator).End();
  xml->Begin("link").Attribute("rel", "alternate").Attribute("href", LinkOf(publication, site)).End();
  for (const std::string& file : publication.files()) {
    xml->Begin("link").Attribute("rel", "enclosure").Attribute("type", "application/pdf");
    xml->Attribute("href", site.DownloadUrlOf(file)).End();
  }
  for (const auto& subject : publication.subjects()) {
    xml->Begin("category").Attribute("term", TextIn(subject, feed.language)).End();
  }
  if (const auto* summary = Pick(publication.description(), feed.language)) {
    xml->Element("summary", summary->text(), summary->language_code());
  }
  if (const auto* rights = Pick(publication.rights(), feed.language)) {
    xml->Element("rights", rights->text(), rights->language_code());
  }
  xml->End();
}

}  // namespace

std::string RssOf(const PublicationFeed& feed, const Site& site) {
  XmlWriter xml;
  xml.Begin("rss").Attribute("version", "2.0").Attribute("xmlns:atom", "http://www.w3.org/2005/Atom");
  xml.Attribute("xmlns:dc", "http://purl.org/dc/elements/1.1/").Begin("channel");
  xml.Element("title", TitleOf(site, feed.language)).Element("link", site.public_url);
  xml.Element("description", TitleOf(site, feed.language)).Element("language", feed.language);
  xml.Element("lastBuildDate", RssTime(UpdatedOf(feed)));
  xml.Begin("atom:link").Attribute("rel", "self").Attribute("type", "application/rss+xml");
  xml.Attribute("href", site.public_url + feed.path).End();
  for (const FeedEntry& entry : feed.entries) WriteItem(entry, feed, site, &xml);
  return std::move(xml).Finish();
}

std::string AtomOf(const PublicationFeed& feed, const Site& site) {
  XmlWriter xml;
  xml.Begin("feed").Attribute("xmlns", "http://www.w3.org/2005/Atom").Attribute("xml:lang", feed.language);
  xml.Element("id", site.public_url + feed.path).Element("title", TitleOf(site, feed.language));
  xml.Element("updated", AtomTime(UpdatedOf(feed)));
  // RFC 4287 section 4.1.1: a feed whose entries lack authors has one itself.
  xml.Begin("author").Element("name", site.repository_name).End();
  xml.Begin("link").Attribute("rel", "self").Attribute("href", site.public_url + feed.path).End();
  for (const FeedEntry& entry : feed.entries) WriteEntry(entry, feed, site, &xml);
  return std::move(xml).Finish();
}

}  // namespace schutznetz::events
