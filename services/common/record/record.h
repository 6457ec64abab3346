// A stored resource: the same shape for every kind of every server.
//
// Its body holds the proto bytes of the resource, name included, without what is made when it is presented: withheld,
// create_time, update_time, delete_time and etag. Rows of a kind "service" are the resources "services/…".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "services/common/storage/change_record.h"

namespace schutznetz::record {

// What names a record. The id is the last part of the resource name.
struct RecordKey {
  std::string kind;  // "service"
  std::string id;    // "musterstelle-koeln"

  friend bool operator==(const RecordKey&, const RecordKey&) = default;
  friend auto operator<=>(const RecordKey&, const RecordKey&) = default;
};

// Times are microseconds since 1970.
struct Record {
  RecordKey key;
  std::string body;
  int64_t create_us = 0;
  int64_t update_us = 0;
  int64_t public_update_us = 0;  // when what everybody sees last changed
  int64_t delete_us = 0;         // 0: not deleted

  bool deleted() const { return delete_us != 0; }
};

// What a change made of a record; travels with it to followers in this process.
struct RecordContent final : storage::ChangeContent {
  explicit RecordContent(Record stored) : record(std::move(stored)) {}
  const Record record;
};

// One reference from a record to another, kept in a table of its own for integrity and for finding children.
struct Reference {
  std::string field;  // "organization", "participants"
  RecordKey to;

  friend bool operator==(const Reference&, const Reference&) = default;
  friend auto operator<=>(const Reference&, const Reference&) = default;
};

}  // namespace schutznetz::record
