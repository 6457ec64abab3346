#include "services/common/wire/project.h"

#include <algorithm>

#include "services/common/wire/buffer.h"
#include "services/common/wire/codec.h"
#include "services/common/wire/order.h"

namespace schutznetz::wire {
namespace {

absl::Status Malformed(const MessageTable& table) {
  return absl::DataLossError("Not the bytes of a " + table.full_name() + ".");
}

// Where a nested message stands; paths are put together only when something is withheld.
struct FieldPlace {
  const FieldPlace* parent;
  const Field* field;
};

std::string PathOf(const FieldPlace* parent, const Field& field) {
  std::string path = field.json_name;
  for (const FieldPlace* place = parent; place != nullptr; place = place->parent)
    path = place->field->json_name + "." + path;
  return path;
}

class Projector {
 public:
  Projector(LevelSet visible, Buffer* out, std::vector<WithheldField>* withheld)
      : visible_(visible), out_(*out), withheld_(withheld) {}

  enum class Outcome { kShown, kHidden, kMalformed };

  // Writes what may be seen of one message. `floors` comes in as inherited and goes out as the record's own.
  Outcome Message(const MessageTable& table, std::string_view wire, Floors* floors, const FieldPlace* place,
                  int depth) {
    if (depth > kMessageDepthMax) return Outcome::kMalformed;
    std::string ordered;
    bool in_order;
    if (!Scan(table, wire, floors, &in_order)) return Outcome::kMalformed;
    if (!visible_.Has(floors->record)) return Outcome::kHidden;
    if (!in_order) {
      if (!PutInOrder(table, wire, &ordered)) return Outcome::kMalformed;
      wire = ordered;
    }
    return Fields(table, wire, floors, place, depth);
  }

  // The protections of a record come before its fields are looked at, wherever they stand on the wire. Of several the
  // strictest counts.
  static bool Scan(const MessageTable& table, std::string_view wire, Floors* floors, bool* in_order) {
    WireReader reader(wire);
    WireValue value;
    OrderCheck order;
    *in_order = true;
    while (!reader.done()) {
      if (!reader.Next(&value)) return false;
      const Field* const field = table.ByNumber(value.number);
      if (field == nullptr || !Fits(*field, value.type)) continue;
      *in_order = *in_order && order.Accept(*field);
      if (field == table.record_protection()) floors->record = Stricter(floors->record, ProtectionLevel(value.scalar));
      if (field == table.address_protection())
        floors->address = Stricter(floors->address, ProtectionLevel(value.scalar));
    }
    return true;
  }

 private:
  // Runs of shown fields are copied together; nested messages are walked. An entry of a map whose value is hidden is
  // hidden with its key.
  Outcome Fields(const MessageTable& table, std::string_view wire, Floors* floors, const FieldPlace* place, int depth) {
    const bool is_map_entry = place != nullptr && place->field->message == &table && place->field->map();
    WireReader reader(wire);
    WireValue value;
    const char* run = wire.data();
    const auto copy_until = [&](const char* end) { out_.Put({run, static_cast<size_t>(end - run)}); };
    while (!reader.done()) {
      const char* const begin = reader.position();
      if (!reader.Next(&value)) return Outcome::kMalformed;
      const Field* const field = table.ByNumber(value.number);
      const bool known = field != nullptr && Fits(*field, value.type);
      const Visibility level = known ? LevelOf(*field, value, *floors) : common::v1::PROTECTED;
      const bool shown = known && visible_.Has(level);
      if (shown && field->type != FieldType::kMessage) continue;  // part of the run
      copy_until(begin);
      run = reader.position();
      if (!known) continue;
      if (!shown) {
        Withhold(place, *field, level);
        continue;
      }
      Floors nested{level, Stricter(floors->address, level)};
      const Outcome outcome = Nested(*field, value.bytes, &nested, is_map_entry ? place->parent : place, depth);
      if (outcome == Outcome::kMalformed) return outcome;
      if (outcome == Outcome::kShown) continue;
      if (is_map_entry) {
        *floors = nested;
        return outcome;
      }
      Withhold(place, *field, nested.record);
    }
    copy_until(reader.position());
    return Outcome::kShown;
  }

  Outcome Nested(const Field& field, std::string_view wire, Floors* floors, const FieldPlace* parent, int depth) {
    const FieldPlace place{parent, &field};
    const size_t start = out_.offset();
    out_.Put(field.encoded_tag());
    const size_t begin = BeginLength(out_);
    const Outcome outcome = Message(*field.message, wire, floors, &place, depth + 1);
    if (outcome == Outcome::kShown) {
      EndLength(out_, begin);
    } else {
      out_.TruncateTo(start);
    }
    return outcome;
  }

  static Visibility LevelOf(const Field& field, const WireValue& value, Floors floors) {
    const Visibility level = Stricter(field.visibility, floors.record);
    switch (field.part) {
      case Part::kAddress:
        return Stricter(level, floors.address);
      case Part::kRecordProtection:
      case Part::kAddressProtection:
        return Stricter(level, MarkerLevel(ProtectionLevel(value.scalar)));
      default:
        return level;
    }
  }

  // A marker must not tell of values whose existence is not told either.
  static Visibility MarkerLevel(Visibility stated) {
    return stated == common::v1::RESTRICTED ? common::v1::PUBLIC : stated;
  }

  void Withhold(const FieldPlace* place, const Field& field, Visibility level) {
    if (withheld_ == nullptr || level != common::v1::RESTRICTED) return;
    std::string path = PathOf(place, field);
    const bool is_known = std::any_of(withheld_->begin(), withheld_->end(),
                                      [&path](const WithheldField& other) { return other.path == path; });
    if (!is_known) withheld_->push_back({std::move(path), level});
  }

  const LevelSet visible_;
  Buffer& out_;
  std::vector<WithheldField>* const withheld_;
};

}  // namespace

absl::StatusOr<ProjectResult> Project(const MessageTable& table, std::string_view wire, LevelSet visible, Floors floors,
                                      std::string* out, std::vector<WithheldField>* withheld) {
  Buffer buffer(out, wire.size());
  const size_t withheld_before = withheld == nullptr ? 0 : withheld->size();
  ProjectResult result{.visible = true, .floors = floors};
  const Projector::Outcome outcome =
      Projector(visible, &buffer, withheld).Message(table, wire, &result.floors, nullptr, 0);
  if (outcome == Projector::Outcome::kShown) {
    buffer.Finish();
    return result;
  }
  buffer.Abandon();
  if (withheld != nullptr) withheld->resize(withheld_before);
  if (outcome == Projector::Outcome::kMalformed) return Malformed(table);
  result.visible = false;
  return result;
}

absl::StatusOr<Floors> FloorsOf(const MessageTable& table, std::string_view wire, Floors inherited) {
  bool in_order;
  if (!Projector::Scan(table, wire, &inherited, &in_order)) return Malformed(table);
  return inherited;
}

}  // namespace schutznetz::wire
