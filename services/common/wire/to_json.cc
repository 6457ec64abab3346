// Wire bytes to JSON.
#include <algorithm>
#include <atomic>
#include <cstring>
#include <vector>

#include "services/common/wire/buffer.h"
#include "services/common/wire/codec.h"
#include "services/common/wire/json.h"
#include "services/common/wire/json_text.h"
#include "services/common/wire/order.h"
#include "services/common/wire/well_known_text.h"

namespace schutznetz::wire {
namespace {

std::atomic<uint64_t> out_of_order_count{0};

enum class Outcome { kDone, kOutOfOrder, kMalformed };

// The last value of field `number` in `wire`, which is small; false when malformed. `*value` is untouched when absent.
bool LastValue(std::string_view wire, uint32_t number, WireType type, WireValue* value) {
  WireReader reader(wire);
  WireValue next;
  while (!reader.done()) {
    if (!reader.Next(&next)) return false;
    if (next.number == number && next.type == type) *value = next;
  }
  return true;
}

bool ReadSecondsNanos(std::string_view wire, SecondsNanos* time) {
  WireReader reader(wire);
  WireValue value;
  while (!reader.done()) {
    if (!reader.Next(&value)) return false;
    if (value.type != WireType::kVarint) continue;
    if (value.number == 1) time->seconds = static_cast<int64_t>(value.scalar);
    if (value.number == 2) time->nanos = static_cast<int32_t>(value.scalar);
  }
  return true;
}

bool IsZero(const WireValue& value) { return value.type == WireType::kBytes ? value.bytes.empty() : value.scalar == 0; }

// Writes messages. With `puts_in_order` every message is put in order before it is read; without, the first one that is
// not in order ends the walk. So no input is walked more than twice.
class Writer {
 public:
  Writer(Buffer* out, const JsonOptions& options, bool puts_in_order)
      : out_(*out), options_(options), puts_in_order_(puts_in_order) {}

  Outcome Message(const MessageTable& table, std::string_view wire, int depth) {
    if (depth > kMessageDepthMax) return Outcome::kMalformed;
    if (table.well_known() != WellKnown::kNone) return WellKnownMessage(table, wire, depth);
    const size_t begin = out_.offset();
    const Outcome outcome = Members(table, wire, depth);
    if (outcome != Outcome::kDone) return outcome;
    // Every member begins with a comma; the first one becomes the brace.
    if (out_.offset() == begin) {
      out_.Put('{');
    } else {
      *out_.pointer(begin) = '{';
    }
    out_.Put('}');
    return Outcome::kDone;
  }

  // `,"name":value` for each field.
  Outcome Members(const MessageTable& table, std::string_view wire, int depth) {
    std::string ordered;
    if (puts_in_order_) {
      if (!PutInOrder(table, wire, &ordered)) return Outcome::kMalformed;
      wire = ordered;
    }
    WireReader reader(wire);
    WireValue value;
    OrderCheck order;
    while (!reader.done()) {
      if (!reader.Next(&value)) return Outcome::kMalformed;
      const Field* const field = table.ByNumber(value.number);
      if (field == nullptr || !Fits(*field, value.type)) continue;
      if (!order.Accept(*field, /*gathered=*/true)) return Outcome::kOutOfOrder;
      const Outcome outcome = Member(*field, value, &reader, depth);
      if (outcome != Outcome::kDone) return outcome;
    }
    return Outcome::kDone;
  }

  // The value of a repeated field or map; `value` is its first element, the others follow in `reader`.
  Outcome Sequence(const Field& field, const WireValue& value, WireReader* reader, int depth) {
    return field.map() ? Map(field, value, reader, depth) : Array(field, value, reader, depth);
  }

  Outcome Single(const Field& field, const WireValue& value, int depth) {
    if (field.type == FieldType::kMessage) return Message(*field.message, value.bytes, depth + 1);
    return PutScalar(field, value.scalar, value.bytes, out_) ? Outcome::kDone : Outcome::kMalformed;
  }

 private:
  void PutKey(const Field& field) {
    if (field.json_key.size() > sizeof field.short_key) return out_.Put(field.json_key);
    out_.Ensure(sizeof field.short_key);
    std::memcpy(out_.at(), field.short_key, sizeof field.short_key);
    out_.set_at(out_.at() + field.json_key.size());
  }

  Outcome Member(const Field& field, const WireValue& value, WireReader* reader, int depth) {
    if (field.cardinality == Cardinality::kImplicit && IsZero(value)) return Outcome::kDone;
    PutKey(field);
    return field.repeated() ? Sequence(field, value, reader, depth) : Single(field, value, depth);
  }

  // Whether another element of `field` comes next. Elements come one by one or, packed, in the other form.
  static bool NextElement(const Field& field, WireReader* reader, WireValue* value, bool* ok) {
    if (reader->Accept(field.encoded_element_tag())) {
      value->type = field.wire_type;
    } else if (field.wire_type != WireType::kBytes && reader->Accept(field.encoded_tag())) {
      value->type = WireType::kBytes;
    } else {
      return false;
    }
    return *ok = reader->ReadValue(value);
  }

  // Elements in either form; those that come together are one array.
  Outcome Array(const Field& field, WireValue value, WireReader* reader, int depth) {
    out_.Put('[');
    const size_t begin = out_.offset();
    bool ok = true;
    do {
      const Outcome outcome =
          IsPacked(field, value.type) ? Packed(field, value.bytes, depth) : Element(field, value, depth);
      if (outcome != Outcome::kDone) return outcome;
    } while (NextElement(field, reader, &value, &ok));
    if (!ok) return Outcome::kMalformed;
    if (out_.offset() != begin) out_.TruncateTo(out_.offset() - 1);  // the last comma
    out_.Put(']');
    return Outcome::kDone;
  }

  Outcome Packed(const Field& field, std::string_view bytes, int depth) {
    WireReader reader(bytes);
    WireValue value;
    while (!reader.done()) {
      if (!reader.NextPacked(field.wire_type, &value)) return Outcome::kMalformed;
      const Outcome outcome = Element(field, value, depth);
      if (outcome != Outcome::kDone) return outcome;
    }
    return Outcome::kDone;
  }

  Outcome Element(const Field& field, const WireValue& value, int depth) {
    const Outcome outcome = Single(field, value, depth);
    out_.Put(',');
    return outcome;
  }

  struct Entry {
    WireValue key;
    WireValue value;
    bool has_value = false;
  };

  // Entries sorted by key, so that equal maps give equal bytes; of equal keys the last one counts.
  Outcome Map(const Field& field, WireValue value, WireReader* reader, int depth) {
    std::vector<Entry> entries;
    bool ok = true;
    do {
      Entry& entry = entries.emplace_back();
      if (!ReadEntry(field, value.bytes, &entry)) return Outcome::kMalformed;
    } while (NextElement(field, reader, &value, &ok));
    if (!ok) return Outcome::kMalformed;
    SortByKey(field.map_key(), &entries);
    out_.Put('{');
    for (size_t i = 0; i < entries.size(); ++i) {
      if (i > 0) out_.Put(',');
      const Outcome outcome = MapEntry(field, entries[i], depth);
      if (outcome != Outcome::kDone) return outcome;
    }
    out_.Put('}');
    return Outcome::kDone;
  }

  static bool ReadEntry(const Field& field, std::string_view wire, Entry* entry) {
    WireReader reader(wire);
    WireValue value;
    while (!reader.done()) {
      if (!reader.Next(&value)) return false;
      if (value.number == 1 && value.type == field.map_key().wire_type) entry->key = value;
      if (value.number == 2 && value.type == field.map_value().wire_type) {
        entry->value = value;
        entry->has_value = true;
      }
    }
    return true;
  }

  static void SortByKey(const Field& key, std::vector<Entry>* entries) {
    const bool is_signed =
        key.type == FieldType::kInt32 || key.type == FieldType::kInt64 || key.type == FieldType::kSfixed64;
    const auto number = [&key, is_signed](const Entry& entry) -> uint64_t {
      const uint64_t raw = entry.key.scalar;
      if (is_signed) return raw ^ uint64_t { 1 } << 63;
      if (key.type == FieldType::kSfixed32) return raw ^ uint64_t { 1 } << 31;
      const bool zigzag = key.type == FieldType::kSint32 || key.type == FieldType::kSint64;
      return zigzag ? static_cast<uint64_t>(UnZigZag(raw)) ^ uint64_t { 1 } << 63 : raw;
    };
    const auto before = [&number](const Entry& a, const Entry& b) {
      return a.key.bytes != b.key.bytes ? a.key.bytes < b.key.bytes : number(a) < number(b);
    };
    std::stable_sort(entries->begin(), entries->end(), before);
    const auto same = [&before](const Entry& a, const Entry& b) { return !before(a, b) && !before(b, a); };
    // unique keeps the first of equal ones; seen from behind that is the last.
    entries->erase(entries->begin(), std::unique(entries->rbegin(), entries->rend(), same).base());
  }

  Outcome MapEntry(const Field& field, const Entry& entry, int depth) {
    if (!PutMapKey(field.map_key(), entry.key.scalar, entry.key.bytes, out_)) return Outcome::kMalformed;
    out_.Put(':');
    WireValue value = entry.value;
    if (!entry.has_value) value.type = field.map_value().wire_type;
    return Single(field.map_value(), value, depth);
  }

  Outcome WellKnownMessage(const MessageTable& table, std::string_view wire, int depth) {
    switch (table.well_known()) {
      case WellKnown::kTimestamp:
        return Time(wire, FormatTimestamp);
      case WellKnown::kDuration:
        return Time(wire, FormatDuration);
      case WellKnown::kFieldMask:
        return Mask(wire);
      case WellKnown::kWrapper:
        return Wrapper(table.fields()[0], wire, depth);
      case WellKnown::kAny:
        return Any(wire, depth);
      case WellKnown::kEmpty:
      case WellKnown::kNone:
        break;
    }
    out_.Put("{}");
    return Outcome::kDone;
  }

  Outcome Time(std::string_view wire, char* (*format)(SecondsNanos, char*)) {
    SecondsNanos time;
    if (!ReadSecondsNanos(wire, &time)) return Outcome::kMalformed;
    out_.Ensure(kTimeTextMax);
    char* const begin = out_.at();
    *begin = '"';
    char* const end = format(time, begin + 1);
    if (end == nullptr) return Outcome::kMalformed;
    *end = '"';
    out_.set_at(end + 1);
    return Outcome::kDone;
  }

  Outcome Mask(std::string_view wire) {
    WireReader reader(wire);
    WireValue value;
    std::string text;
    while (!reader.done()) {
      if (!reader.Next(&value)) return Outcome::kMalformed;
      if (value.number != 1 || value.type != WireType::kBytes) continue;
      if (!text.empty()) text.push_back(',');
      const size_t before = text.size();
      if (!AppendMaskPathAsJson(value.bytes, &text)) text.replace(before, std::string::npos, value.bytes);
    }
    return PutString(text, out_) ? Outcome::kDone : Outcome::kMalformed;
  }

  Outcome Wrapper(const Field& field, std::string_view wire, int depth) {
    WireValue value;
    if (!LastValue(wire, 1, field.wire_type, &value)) return Outcome::kMalformed;
    return Single(field, value, depth);
  }

  Outcome Any(std::string_view wire, int depth) {
    WireValue url;
    WireValue content;
    if (!LastValue(wire, 1, WireType::kBytes, &url) || !LastValue(wire, 2, WireType::kBytes, &content)) {
      return Outcome::kMalformed;
    }
    const std::string_view name = url.bytes.substr(url.bytes.rfind('/') + 1);
    const MessageTable* const table = options_.any_types == nullptr ? nullptr : options_.any_types->Find(name);
    if (table == nullptr) return Outcome::kMalformed;
    out_.Put("{\"@type\":");
    if (!PutString(url.bytes, out_)) return Outcome::kMalformed;
    Outcome outcome;
    if (table->well_known() == WellKnown::kNone) {
      outcome = Members(*table, content.bytes, depth + 1);
    } else {
      out_.Put(",\"value\":");
      outcome = WellKnownMessage(*table, content.bytes, depth + 1);
    }
    out_.Put('}');
    return outcome;
  }

  Buffer& out_;
  const JsonOptions& options_;
  const bool puts_in_order_;
};

// Runs `write(Writer&, Buffer&)`: straight first, and once more with putting in order when that ended the walk.
template <typename Write>
absl::Status Run(const MessageTable& table, std::string_view wire, const JsonOptions& options, std::string* out,
                 const Write& write) {
  Buffer buffer(out, wire.size() * 2 + wire.size() / 2 + 64);
  const size_t begin = buffer.offset();
  Writer straight(&buffer, options, false);
  Outcome outcome = write(straight, buffer);
  if (outcome == Outcome::kOutOfOrder) {
    out_of_order_count.fetch_add(1, std::memory_order_relaxed);
    buffer.TruncateTo(begin);
    Writer ordering(&buffer, options, true);
    outcome = write(ordering, buffer);
  }
  if (outcome != Outcome::kDone) {
    buffer.Abandon();
    return absl::DataLossError("Not the bytes of a " + table.full_name() + ".");
  }
  if (options.pretty) {
    const std::string compact(buffer.Since(begin));
    buffer.TruncateTo(begin);
    PutPretty(compact, buffer);
  }
  buffer.Finish();
  return absl::OkStatus();
}

// The value of one field of a message; what is absent is shown as its default.
Outcome WriteField(const MessageTable& table, const Field& field, std::string_view wire, Writer& writer, Buffer* out) {
  std::string ordered;
  if (!IsInOrder(table, wire)) {
    if (!PutInOrder(table, wire, &ordered)) return Outcome::kMalformed;
    wire = ordered;
  }
  WireReader reader(wire);
  WireValue value;
  while (!reader.done()) {
    if (!reader.Next(&value)) return Outcome::kMalformed;
    if (value.number != field.number || !Fits(field, value.type)) continue;
    return field.repeated() ? writer.Sequence(field, value, &reader, 0) : writer.Single(field, value, 0);
  }
  if (field.repeated()) {
    out->Put(field.map() ? "{}" : "[]");
    return Outcome::kDone;
  }
  return writer.Single(field, {.number = field.number, .type = field.wire_type}, 0);
}

}  // namespace

absl::Status ToJson(const MessageTable& table, std::string_view wire, const JsonOptions& options, std::string* out) {
  return Run(table, wire, options, out, [&](Writer& writer, Buffer&) { return writer.Message(table, wire, 0); });
}

absl::Status FieldToJson(const MessageTable& table, const Field& field, std::string_view wire,
                         const JsonOptions& options, std::string* out) {
  return Run(table, wire, options, out,
             [&](Writer& writer, Buffer& buffer) { return WriteField(table, field, wire, writer, &buffer); });
}

bool AppendJsonString(std::string_view text, std::string* out) {
  Buffer buffer(out, text.size() + 64);
  const bool ok = PutString(text, buffer);
  ok ? buffer.Finish() : buffer.Abandon();
  return ok;
}

uint64_t OutOfOrderCount() { return out_of_order_count.load(std::memory_order_relaxed); }

}  // namespace schutznetz::wire
