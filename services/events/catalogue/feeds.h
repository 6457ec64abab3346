// Feeds of what was entered last: RSS 2.0 and Atom (RFC 4287). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "schutznetz/events/v1/publication.pb.h"
#include "services/events/catalogue/site.h"

namespace schutznetz::events {

struct FeedEntry {
  v1::Publication publication;
  absl::Time entered;
  absl::Time updated;
};

struct PublicationFeed {
  std::vector<FeedEntry> entries;  // the newest first
  std::string language = "de";     // in which texts are told
  std::string path;                // of the feed itself, with its query: "/v1/publications:feed?languages=de"
};

inline constexpr int kFeedEntriesMax = 50;

std::string RssOf(const PublicationFeed& feed, const Site& site);
std::string AtomOf(const PublicationFeed& feed, const Site& site);

inline constexpr std::string_view kRssType = "application/rss+xml; charset=utf-8";
inline constexpr std::string_view kAtomType = "application/atom+xml; charset=utf-8";

}  // namespace schutznetz::events
