// A publication as schema.org says it, in JSON-LD 1.1. Pure.
#pragma once

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "schutznetz/events/v1/publication.pb.h"
#include "services/events/catalogue/site.h"

namespace schutznetz::events {

inline constexpr std::string_view kJsonLdType = "application/ld+json";

// `updated`: when it last changed. Texts come in all their languages.
std::string JsonLdOf(const v1::Publication& publication, absl::Time updated, const Site& site);

}  // namespace schutznetz::events
