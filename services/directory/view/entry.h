// One record as the view holds it. Immutable once published; versions share entries.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schutznetz/common/v1/contact.pb.h"
#include "services/common/geo/point.h"
#include "services/common/record/record.h"
#include "services/common/time/schedules.h"
#include "services/common/wire/visibility.h"
#include "services/directory/view/kinds.h"

namespace schutznetz::directory {

using Hours = std::shared_ptr<const civil::CompiledSchedules>;

// The lines and hours that stand on one record, of what everybody sees of it.
struct CallFacts {
  struct Line {
    common::v1::Phone phone;
    Hours hours;  // of its own; null: as the record
  };
  std::vector<Line> lines;
  Hours hours;  // null: none are stated
};

inline size_t LineCount(const CallFacts* calls) { return calls == nullptr ? 0 : calls->lines.size(); }

// Where a location is, of what everybody sees of it.
struct PlaceFacts {
  std::optional<geo::Point> point;
  std::string area_key;  // as fine as is shown: at least the Kreis
  std::string display_name;
  std::string city;
};

struct Entry {
  Kind kind = Kind::kOrganization;
  Slot slot = kNoSlot;
  std::string_view name;  // "services/…"; lives as long as any version

  // What the record says about its own place in the directory, whoever may see it.
  std::array<Slot, 2> parents = {kNoSlot, kNoSlot};  // organization; or service and location
  std::vector<Slot> references;                      // others: networks, coordinator, participants
  uint32_t lands = 0;                                // bit n: the Land with that number
  bool authority = false;                            // organizations
  bool hides_lines = false;                          // shown, but not all of its lines
  std::string kreis_key;                             // locations

  int64_t create_us = 0;
  int64_t update_us = 0;
  int64_t public_update_us = 0;
  int64_t delete_us = 0;

  // Levels inherited from the parents, and with the record's own: what its children inherit.
  wire::Floors inherited;
  wire::Floors own;

  // The resource as everybody sees it, ready to be sent; empty when it is hidden or deleted.
  std::string shown;
  std::shared_ptr<const CallFacts> calls;   // null: it has no lines and no hours that everybody sees
  std::shared_ptr<const PlaceFacts> place;  // locations that everybody sees

  // The stored body. Where everything is public it is the beginning of `shown` and not kept twice.
  std::string kept_body;
  size_t shared_body_bytes = 0;

  bool deleted() const { return delete_us != 0; }
  // Whether everybody sees values that tell where it is.
  bool shows_address() const { return is_public() && own.address == common::v1::PUBLIC; }
  bool is_public() const { return !shown.empty(); }
  std::string_view Body() const {
    return kept_body.empty() ? std::string_view(shown).substr(0, shared_body_bytes) : std::string_view(kept_body);
  }
  // As it came from the store.
  record::Record ToRecord() const;
};

}  // namespace schutznetz::directory
