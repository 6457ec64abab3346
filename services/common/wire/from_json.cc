// JSON to wire bytes.
#include <algorithm>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "services/common/wire/buffer.h"
#include "services/common/wire/json.h"
#include "services/common/wire/json_scanner.h"
#include "services/common/wire/scalar.h"

namespace schutznetz::wire {
namespace {

constexpr size_t kPathPieceMax = 100;  // of a name that the caller made up

// Where the reader stands. Paths are put together only for violations.
struct Place {
  const Place* parent = nullptr;
  const Field* field = nullptr;  // a member
  std::string_view name;         // else an unknown member, or with `entry` the key of a map
  bool entry = false;
  int index = -1;  // else an element
};

void AppendPath(const Place* place, std::string* path) {
  if (place == nullptr) return;
  AppendPath(place->parent, path);
  if (place->index >= 0) {
    absl::StrAppend(path, "[", place->index, "]");
    return;
  }
  const std::string_view name = place->field != nullptr ? std::string_view(place->field->json_name) : place->name;
  if (place->entry) {
    path->append("[\"").append(name.substr(0, kPathPieceMax)).append("\"]");
    return;
  }
  if (!path->empty()) path->push_back('.');
  path->append(name.substr(0, kPathPieceMax));
}

// The members of one object: which were there, and where their bytes are.
class Members {
 public:
  explicit Members(size_t field_count) : seen_((field_count + 63) / 64) {}

  // False when it was there before.
  bool Note(const Field& field) {
    uint64_t& word = seen_[field.index / 64];
    const uint64_t bit = uint64_t{1} << (field.index % 64);
    const bool is_new = (word & bit) == 0;
    word |= bit;
    return is_new;
  }
  // False when another member of its oneof has a value.
  bool NoteOneof(const Field& field) {
    if (field.oneof < 0) return true;
    const uint64_t bit = uint64_t{1} << field.oneof;
    const bool is_new = (oneofs_ & bit) == 0;
    oneofs_ |= bit;
    return is_new;
  }

  void AddBytes(const Field& field, size_t begin, size_t end) {
    if (begin == end) return;
    in_order_ = in_order_ && (pieces_.empty() || pieces_.back().index < field.index);
    pieces_.push_back({field.index, begin, end});
  }

  // Moves the pieces, which follow each other in `out`, into field order.
  void Arrange(Buffer& out) {
    if (in_order_) return;
    const size_t begin = pieces_.front().begin;
    const std::string copy(out.Since(begin));
    std::sort(pieces_.begin(), pieces_.end(), [](const Piece& a, const Piece& b) { return a.index < b.index; });
    out.TruncateTo(begin);
    for (const Piece& piece : pieces_) {
      out.Put(std::string_view(copy).substr(piece.begin - begin, piece.end - piece.begin));
    }
  }

 private:
  struct Piece {
    uint16_t index;
    size_t begin;
    size_t end;
  };
  absl::InlinedVector<uint64_t, 2> seen_;
  uint64_t oneofs_ = 0;
  absl::InlinedVector<Piece, 32> pieces_;
  bool in_order_ = true;
};

class Reader {
 public:
  Reader(std::string_view json, const FromJsonOptions& options, Buffer* out, FromJsonResult* result)
      : scanner_(json), options_(options), out_(*out), result_(*result) {}

  JsonScanner& scanner() { return scanner_; }

  bool RootObject(const MessageTable& table) {
    const std::string root;
    if (table.well_known() != WellKnown::kNone && table.well_known() != WellKnown::kEmpty) {
      return scanner_.Fail("A body of this type is not supported.");
    }
    if (scanner_.Peek() != '{') return scanner_.Fail("Expected an object.");
    return Object(table, nullptr, result_.want_present_paths ? &root : nullptr) && scanner_.ExpectEnd();
  }

  bool RootField(const Field& field) {
    if (scanner_.Peek() == 'n') return scanner_.ReadWord("null") && scanner_.ExpectEnd();
    const std::string root;
    if (field.type == FieldType::kMessage && !field.repeated() && !HasScalarForm(field)) {
      return MessageField(field, nullptr, result_.want_present_paths ? &root : nullptr) && scanner_.ExpectEnd();
    }
    return Value(field, nullptr, nullptr) && scanner_.ExpectEnd();
  }

 private:
  // `mask` is the path of this object in the update mask to be made, or null.
  bool Object(const MessageTable& table, const Place* place, const std::string* mask) {
    if (!scanner_.Enter('{')) return false;
    Members members(table.fields().size());
    absl::flat_hash_set<std::string> unknown_names;
    JsonScanner::String name;
    if (scanner_.Peek() != '}') {
      do {
        if (!scanner_.ReadName(&name)) return false;
        const Field* const field = table.ByName(name.text);
        const bool ok =
            field != nullptr ? Member(*field, place, mask, &members) : UnknownMember(name.text, place, &unknown_names);
        if (!ok) return false;
      } while (scanner_.Another());
    }
    members.Arrange(out_);
    return scanner_.Leave('}');
  }

  bool Member(const Field& field, const Place* parent, const std::string* mask, Members* members) {
    if (field.only_servers && mask != nullptr) {
      mask = nullptr;
      ++left_out_;
    }
    if (!members->Note(field)) return scanner_.Fail("The same member twice in an object.");
    const Place place{.parent = parent, .field = &field};
    std::string path;
    if (mask != nullptr) path = mask->empty() ? field.name : absl::StrCat(*mask, ".", field.name);
    if (scanner_.Peek() == 'n') {
      if (mask != nullptr) result_.present_paths.push_back(std::move(path));
      return scanner_.ReadWord("null");
    }
    if (!members->NoteOneof(field)) Violate(&place, "Excludes another member that is set: only one of them may be.");
    const size_t begin = out_.offset();
    if (!Value(field, &place, mask == nullptr ? nullptr : &path)) return false;
    members->AddBytes(field, begin, out_.offset());
    return true;
  }

  bool UnknownMember(std::string_view name, const Place* parent, absl::flat_hash_set<std::string>* names) {
    const auto [copy, is_new] = names->insert(std::string(name));
    if (!is_new) return scanner_.Fail("The same member twice in an object.");
    const Place place{.parent = parent, .name = *copy};
    if (!options_.ignore_unknown) Violate(&place, "No such field.");
    return scanner_.SkipValue();
  }

  // The value of a field, with its tag.
  bool Value(const Field& field, const Place* place, const std::string* mask) {
    const bool message = field.type == FieldType::kMessage && !field.repeated() && !HasScalarForm(field);
    if (message && field.message->well_known() == WellKnown::kNone) return MessageField(field, place, mask);
    if (mask != nullptr) result_.present_paths.push_back(*mask);
    if (message) return MessageField(field, place, nullptr);
    if (field.map()) return Map(field, place);
    return field.repeated() ? Array(field, place) : ScalarField(field, place);
  }

  bool MessageField(const Field& field, const Place* place, const std::string* mask) {
    const size_t named_before = result_.present_paths.size() + left_out_;
    out_.Put(field.encoded_tag());
    if (!MessageValue(field, place, mask)) return false;
    // An empty object is set as a whole.
    if (mask != nullptr && !mask->empty() && result_.present_paths.size() + left_out_ == named_before) {
      result_.present_paths.push_back(*mask);
    }
    return true;
  }

  // Length and content of a message that is an object in JSON.
  bool MessageValue(const Field& field, const Place* place, const std::string* mask) {
    if (field.message->well_known() == WellKnown::kAny) return Refuse(place, "Is set by servers only.");
    if (scanner_.Peek() != '{') return Refuse(place, "Must be an object.");
    const size_t begin = BeginLength(out_);
    if (!Object(*field.message, place, mask)) return false;
    EndLength(out_, begin);
    return true;
  }

  // A violation in place of a value, which is still read.
  bool Refuse(const Place* place, std::string_view sentence) {
    Violate(place, sentence);
    return scanner_.SkipValue();
  }

  bool ScalarField(const Field& field, const Place* place) {
    const size_t start = out_.offset();
    out_.Put(field.encoded_tag());
    const size_t begin = out_.offset();
    if (!ScalarValue(field, place)) return false;
    const bool is_default = out_.Since(begin).find_first_not_of('\0') == std::string_view::npos;
    if (is_default && field.cardinality == Cardinality::kImplicit) out_.TruncateTo(start);
    return true;
  }

  // One value without tag.
  bool ScalarValue(const Field& field, const Place* place) {
    JsonScanner::String string;
    switch (scanner_.Peek()) {
      case '"':
        if (!scanner_.ReadString(field.json_bytes_max, &string)) return false;
        if (string.fault != TextFault::kNone && HoldsText(field)) Violate(place, TextFaultSentence(string.fault));
        return Encode(field, Token::kString, string.text, place);
      case 't':
        return scanner_.ReadWord("true") && Encode(field, Token::kTrue, {}, place);
      case 'f':
        return scanner_.ReadWord("false") && Encode(field, Token::kFalse, {}, place);
      case 'n':
        return scanner_.ReadWord("null") && Violate(place, "Must not be null.");
      case '{':
      case '[':
        return Refuse(place, "Must not be an object or an array.");
      default:
        return scanner_.ReadNumber(&string.text) && Encode(field, Token::kNumber, string.text, place);
    }
  }

  bool Encode(const Field& field, Token token, std::string_view text, const Place* place) {
    const std::string fault = PutScalarValue(field, token, text, out_);
    return fault.empty() || Violate(place, fault);
  }

  bool Array(const Field& field, const Place* parent) {
    if (scanner_.Peek() != '[') return Refuse(parent, "Must be an array.");
    if (!scanner_.Enter('[')) return false;
    const size_t start = out_.offset();
    if (scanner_.Peek() == ']') return scanner_.Leave(']');
    if (field.packed) out_.Put(field.encoded_tag());
    const size_t begin = field.packed ? BeginLength(out_) : start;
    Place place{.parent = parent, .index = 0};
    do {
      if (!Element(field, &place)) return false;
      ++place.index;
    } while (scanner_.Another());
    if (field.packed) EndLength(out_, begin);
    return scanner_.Leave(']');
  }

  bool Element(const Field& field, const Place* place) {
    if (!field.packed) out_.Put(field.encoded_tag());
    if (scanner_.Peek() == 'n') return Refuse(place, "Must not be null.");
    return HasScalarForm(field) ? ScalarValue(field, place) : MessageValue(field, place, nullptr);
  }

  bool Map(const Field& field, const Place* parent) {
    if (scanner_.Peek() != '{') return Refuse(parent, "Must be an object.");
    if (!scanner_.Enter('{')) return false;
    if (scanner_.Peek() == '}') return scanner_.Leave('}');
    absl::flat_hash_set<std::string> keys;
    JsonScanner::String name;
    do {
      if (!scanner_.ReadName(&name)) return false;
      const auto [key, is_new] = keys.insert(std::string(name.text));
      if (!is_new) return scanner_.Fail("The same member twice in an object.");
      const Place place{.parent = parent, .name = *key, .entry = true};
      if (name.fault != TextFault::kNone) Violate(&place, TextFaultSentence(name.fault));
      if (!MapEntry(field, *key, &place)) return false;
    } while (scanner_.Another());
    return scanner_.Leave('}');
  }

  bool MapEntry(const Field& field, std::string_view key, const Place* place) {
    const Field& value = field.map_value();
    out_.Put(field.encoded_tag());
    const size_t begin = BeginLength(out_);
    out_.Put(field.map_key().encoded_tag());
    Encode(field.map_key(), Token::kMapKey, key, place);
    out_.Put(value.encoded_tag());
    const bool ok = HasScalarForm(value) ? ScalarValue(value, place) : MessageValue(value, place, nullptr);
    if (ok) EndLength(out_, begin);
    return ok;
  }

  // Always true, so that reading goes on.
  bool Violate(const Place* place, std::string_view sentence) {
    if (result_.violations.size() >= kViolationsMax) return true;
    FieldViolation violation{.field = std::string(options_.path_prefix), .description = std::string(sentence)};
    AppendPath(place, &violation.field);
    result_.violations.push_back(std::move(violation));
    return true;
  }

  JsonScanner scanner_;
  const FromJsonOptions& options_;
  Buffer& out_;
  FromJsonResult& result_;
  size_t left_out_ = 0;  // members that a mask does not name, because only servers set them
};

template <typename Read>
absl::Status Run(std::string_view json, const FromJsonOptions& options, std::string* wire, FromJsonResult* result,
                 const Read& read) {
  Buffer out(wire, json.size());
  Reader reader(json, options, &out, result);
  if (read(reader)) {
    out.Finish();
    return absl::OkStatus();
  }
  out.Abandon();
  return errors::MalformedBody(reader.scanner().sentence(), static_cast<int64_t>(reader.scanner().offset()));
}

}  // namespace

absl::Status FromJson(const MessageTable& table, std::string_view json, const FromJsonOptions& options,
                      std::string* wire, FromJsonResult* result) {
  return Run(json, options, wire, result, [&](Reader& reader) { return reader.RootObject(table); });
}

absl::Status FieldFromJson(const Field& field, std::string_view json, const FromJsonOptions& options, std::string* wire,
                           FromJsonResult* result) {
  return Run(json, options, wire, result, [&](Reader& reader) { return reader.RootField(field); });
}

std::string JsonPointer(std::string_view path) {
  std::string pointer;
  const auto append = [&pointer](std::string_view name) {
    pointer.push_back('/');
    for (const char c : name) c == '~' ? pointer.append("~0") : c == '/' ? pointer.append("~1") : pointer.append(1, c);
  };
  while (!path.empty()) {
    if (path.front() == '.') path.remove_prefix(1);
    const bool key = path.substr(0, 2) == "[\"";
    const bool index = !key && !path.empty() && path.front() == '[';
    const size_t skip = key ? 2 : index ? 1 : 0;
    const size_t end = key ? path.find("\"]", 2) : index ? path.find(']') : path.find_first_of(".[");
    append(path.substr(skip, end == std::string_view::npos ? end : end - skip));
    if (end == std::string_view::npos) break;
    path.remove_prefix(end + (key ? 2 : index ? 1 : 0));
  }
  return pointer;
}

}  // namespace schutznetz::wire
