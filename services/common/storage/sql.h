// SQL texts and the values bound to them.
//
// One text serves both engines. It is written in PostgreSQL's dialect with two exceptions: parameters are ?1, ?2, …,
// and nothing is used that SQLite lacks. Rewritten once per connection and kept prepared:
//   PostgreSQL  ?1 becomes $1.
//   SQLite      COLLATE "C" and FOR UPDATE, FOR SHARE (with SKIP LOCKED) are dropped; one writer needs no row locks,
//   and
//               SQLite compares text bytewise anyway.
// RETURNING and ON CONFLICT work in both. Columns: BIGINT, DOUBLE PRECISION, TEXT COLLATE "C", BYTEA (SQLite: BLOB).
// Times are BIGINT microseconds since 1970, truth values BIGINT 0 and 1. CAST(SUM(x) AS BIGINT): PostgreSQL's SUM is a
// NUMERIC, which Row does not read.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "absl/time/time.h"
#include "absl/types/span.h"

namespace schutznetz::storage {

// A statement. Made from a literal it is prepared once per connection; `kFindService` and the like:
//   static constexpr Sql kFind = "SELECT body FROM services WHERE name = ?1 FOR UPDATE";
class Sql {
 public:
  template <size_t N>
  consteval Sql(const char (&literal)[N]) : text_(literal, N - 1), cached_(true) {}  // NOLINT: reads like SQL

  // A text put together at run time (a list filter). Prepared for one use; `text` must outlive that use and must never
  // hold a caller's words.
  static Sql Uncached(std::string_view text) { return Sql(text, false); }

  constexpr std::string_view text() const { return text_; }
  constexpr bool cached() const { return cached_; }

 private:
  constexpr Sql(std::string_view text, bool cached) : text_(text), cached_(cached) {}

  std::string_view text_;
  bool cached_;
};

// Bytes (a BLOB, BYTEA column), as opposed to text. Never bind a proto body without it: the engines tell them apart.
struct Blob {
  std::string_view bytes;
};

// A bound value: NULL, integer, floating point, text or bytes. Refers to the caller's text; valid during the call only.
class Value {
 public:
  using Variant = std::variant<std::monostate, int64_t, double, std::string_view, Blob>;

  Value() = default;                                                        // NULL
  Value(std::nullptr_t) {}                                                  // NOLINT
  Value(std::integral auto value) : value_(static_cast<int64_t>(value)) {}  // NOLINT
  Value(double value) : value_(value) {}                                    // NOLINT
  Value(std::string_view text) : value_(text) {}                            // NOLINT
  Value(const std::string& text) : value_(std::string_view(text)) {}        // NOLINT
  Value(const char* text) : value_(std::string_view(text)) {}               // NOLINT
  Value(Blob blob) : value_(blob) {}                                        // NOLINT
  Value(absl::Time time) : value_(int64_t{absl::ToUnixMicros(time)}) {}     // NOLINT

  const Variant& variant() const { return value_; }

 private:
  Variant value_;
};

// In calls: {name, Blob{body}, 7, nullptr}.
using Values = absl::Span<const Value>;

}  // namespace schutznetz::storage
