// Answers harvesters: a provider of OAI-PMH 2.0 over the catalogue, with Dublin Core as its format.
//
// Deleted publications stay for ever, as deleted (deletedRecord "persistent"). Lists are in the order of datestamps, so
// that a list that is harvested in parts loses nothing when records change meanwhile: they come again later in it.
// Resumption tokens hold all there is to go on, sealed: the server keeps nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "schutznetz/events/v1/publication.pb.h"
#include "services/events/catalogue/oai_request.h"
#include "services/events/catalogue/site.h"

namespace schutznetz::events {

// A publication as harvesters see it.
struct HarvestItem {
  std::string_view name;  // "publications/…"
  absl::Time datestamp;   // whole seconds
  bool deleted = false;
  const std::vector<std::string>* sets = nullptr;  // "type:REPORT"; of SetsOf, owned by the source
};

// Where a list goes on: after this item.
struct HarvestKey {
  absl::Time datestamp = absl::InfinitePast();
  std::string name;
};

// What the provider reads: one state of the catalogue, which does not change during the call.
class HarvestSource {
 public:
  virtual ~HarvestSource() = default;

  // Nothing for a publication that never was.
  virtual std::optional<HarvestItem> Find(std::string_view name) const = 0;
  // Items after `after` in the order of (datestamp, name), deleted ones included, until `visit` returns false.
  virtual void Visit(const HarvestKey& after, absl::FunctionRef<bool(const HarvestItem&)> visit) const = 0;
  // What everybody sees of a publication that is not deleted.
  virtual v1::Publication Read(std::string_view name) const = 0;
};

// Seals and opens the state inside a resumption token.
struct TokenSeal {
  std::function<std::string(std::string_view state)> seal;
  std::function<std::optional<std::string>(std::string_view token)> open;  // nothing for what it did not make
};

// The sets that a publication is in. Every set is listed by ListSets, whether something is in it or not.
std::vector<std::string> SetsOf(const v1::Publication& publication);

// Thread safe; holds copies.
class OaiProvider {
 public:
  OaiProvider(Site site, TokenSeal tokens) : site_(std::move(site)), tokens_(std::move(tokens)) {}

  // The answer to a query or form, errors of the protocol included: always a whole XML document. `complete_until`: what
  // was changed before is in `source`; told as responseDate, since harvesters ask next time from there on.
  std::string Answer(std::string_view form, const HarvestSource& source, absl::Time complete_until) const;

  // Records of a list answer; fewer when they are long.
  static constexpr int kPageRecords = 100;
  static constexpr size_t kPageBytes = 1 << 20;

 private:
  const Site site_;
  const TokenSeal tokens_;
};

}  // namespace schutznetz::events
