#include "services/common/wire/field_tree.h"

#include "services/common/wire/buffer.h"
#include "services/common/wire/codec.h"

namespace schutznetz::wire {
namespace {

// Whether paths lead on through the messages of this field.
bool LeadsOn(const Field& field, bool through_repeated) {
  return field.type == FieldType::kMessage && !field.map() && (through_repeated || !field.repeated()) &&
         field.message->well_known() == WellKnown::kNone;
}

// The fields that a path names, one after the other; empty when there is no such path.
std::vector<const Field*> Resolve(const MessageTable* table, std::string_view path, bool through_repeated) {
  std::vector<const Field*> fields;
  for (;;) {
    const size_t dot = path.find('.');
    const Field* const field = table == nullptr ? nullptr : table->ByName(path.substr(0, dot));
    if (field == nullptr) return {};
    fields.push_back(field);
    if (dot == std::string_view::npos) return fields;
    table = LeadsOn(*field, through_repeated) ? field->message : nullptr;
    path.remove_prefix(dot + 1);
  }
}

absl::Status NoSuchField(std::string_view path) {
  return absl::InvalidArgumentError("No such field: " + std::string(path.substr(0, 100)) + ".");
}

}  // namespace

absl::Status FieldTree::Add(const MessageTable& table, std::string_view path) {
  FieldTree* tree = this;
  if (path != "*") {
    const std::vector<const Field*> fields = Resolve(&table, path, true);
    if (fields.empty()) return NoSuchField(path);
    for (const Field* field : fields) {
      if (tree->closed_) return absl::OkStatus();
      tree = &tree->ChildFor(field->number);
    }
  }
  tree->children_.clear();
  tree->closed_ = true;
  return absl::OkStatus();
}

FieldTree& FieldTree::ChildFor(uint32_t number) {
  for (Child& child : children_) {
    if (child.number == number) return *child.tree;
  }
  children_.push_back({number, std::make_unique<FieldTree>()});
  return *children_.back().tree;
}

const FieldTree* FieldTree::Find(const Field& field) const {
  for (const Child& child : children_) {
    if (child.number == field.number) return child.tree.get();
  }
  return all() ? this : nullptr;
}

bool IsMaskPath(const MessageTable& table, std::string_view path) {
  return path == "*" || !Resolve(&table, path, false).empty();
}

namespace {

bool SelectFields(const MessageTable& table, std::string_view wire, const FieldTree& tree, int depth, Buffer& out) {
  if (depth > kMessageDepthMax) return false;
  WireReader reader(wire);
  WireValue value;
  while (!reader.done()) {
    const char* const begin = reader.position();
    if (!reader.Next(&value)) return false;
    const Field* const field = table.ByNumber(value.number);
    const FieldTree* const selected = field == nullptr || !Fits(*field, value.type) ? nullptr : tree.Find(*field);
    if (selected == nullptr) continue;
    if (selected->all()) {
      out.Put({begin, static_cast<size_t>(reader.position() - begin)});
      continue;
    }
    out.Put(field->encoded_tag());
    const size_t length = BeginLength(out);
    if (!SelectFields(*field->message, value.bytes, *selected, depth + 1, out)) return false;
    EndLength(out, length);
  }
  return true;
}

}  // namespace

absl::Status Select(const MessageTable& table, std::string_view wire, const FieldTree& tree, std::string* out) {
  Buffer buffer(out, wire.size());
  if (!SelectFields(table, wire, tree, 0, buffer)) {
    buffer.Abandon();
    return absl::DataLossError("Not the bytes of a " + table.full_name() + ".");
  }
  buffer.Finish();
  return absl::OkStatus();
}

}  // namespace schutznetz::wire
