#include "gateway/transcoding/request_tree.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/common/wire/codec.h"
#include "services/common/wire/json.h"
#include "services/common/wire/scalar.h"
#include "services/common/wire/text.h"

namespace schutznetz::gateway {
namespace {

using wire::Field;

std::string_view NameOf(Origin origin) {
  switch (origin) {
    case Origin::kPath:
      return "the path";
    case Origin::kQuery:
      return "the query";
    case Origin::kIfMatch:
      return "If-Match";
    case Origin::kIdempotencyKey:
      return "Idempotency-Key";
    case Origin::kAuthorization:
      return "Authorization";
    case Origin::kMask:
      return "the body";
  }
  return "";
}

bool IsHeader(Origin origin) { return origin == Origin::kIfMatch || origin == Origin::kIdempotencyKey; }

std::string Joined(const std::string& prefix, const Field& field) {
  return prefix.empty() ? field.json_name : prefix + "." + field.json_name;
}

// One field with tag and value, for a singular field or one element of a repeated one.
std::string PutElement(const Field& field, std::string_view text, wire::Buffer& out) {
  if (!field.packed) {
    if (!field.repeated()) return wire::PutScalarField(field, wire::Token::kQuery, text, out);
    out.Put(field.encoded_tag());
    return wire::PutScalarValue(field, wire::Token::kQuery, text, out);
  }
  out.Put(field.encoded_tag());
  const size_t begin = wire::BeginLength(out);
  std::string fault = wire::PutScalarValue(field, wire::Token::kQuery, text, out);
  if (fault.empty()) wire::EndLength(out, begin);
  return fault;
}

std::string PutEntry(const Field& field, std::string_view key, std::string_view text, wire::Buffer& out) {
  out.Put(field.encoded_tag());
  const size_t begin = wire::BeginLength(out);
  out.Put(field.map_key().encoded_tag());
  std::string fault = wire::PutScalarValue(field.map_key(), wire::Token::kMapKey, key, out);
  if (!fault.empty()) return fault;
  out.Put(field.map_value().encoded_tag());
  fault = wire::PutScalarValue(field.map_value(), wire::Token::kQuery, text, out);
  if (fault.empty()) wire::EndLength(out, begin);
  return fault;
}

// Why a value cannot be set by text, or empty.
std::string_view Unsettable(const Field& field, bool has_key) {
  if (field.map()) {
    if (!has_key) return "Is a map: set its entries as name[key]=value.";
    return wire::HasScalarForm(field.map_value()) ? "" : "Its values are messages: they can be set by a body only.";
  }
  if (has_key) return "Is not a map.";
  if (wire::HasScalarForm(field)) return "";
  return field.repeated() ? "Is a list of messages: it can be set by a body only."
                          : "Is a message: set its fields, for example near.latitude.";
}

}  // namespace

std::string JsonPath(const std::vector<const Field*>& path) {
  std::string joined;
  for (const Field* field : path) absl::StrAppend(&joined, joined.empty() ? "" : ".", field->json_name);
  return joined;
}

void RequestTree::Violate(std::string path, std::string_view sentence) {
  if (violations_.size() >= wire::kViolationsMax) return;
  violations_.push_back({std::move(path), std::string(sentence)});
}

void RequestTree::Set(const std::vector<const Field*>& path, Origin origin, std::string_view text,
                      const std::string* key) {
  std::string name = JsonPath(path);
  if (key != nullptr) absl::StrAppend(&name, "[\"", *key, "\"]");
  if (const std::string_view why = Unsettable(*path.back(), key != nullptr); !why.empty()) return Violate(name, why);
  Node* const node = Descend(path, origin, name);
  if (node != nullptr) AppendValue(node, origin, text, key, name);
}

// The node of the last field, made where it is missing; null when another member of a oneof is set.
RequestTree::Node* RequestTree::Descend(const std::vector<const Field*>& path, Origin origin, const std::string& name) {
  std::vector<Node>* nodes = &roots_;
  Node* node = nullptr;
  for (const Field* field : path) {
    const auto found = std::find_if(nodes->begin(), nodes->end(), [field](const Node& n) { return n.field == field; });
    const bool excluded = field->oneof >= 0 && std::any_of(nodes->begin(), nodes->end(), [field](const Node& other) {
                            return other.field != field && other.field->oneof == field->oneof;
                          });
    if (excluded) {
      Violate(name, "Excludes another field that is set: only one of them may be.");
      return nullptr;
    }
    node = found != nodes->end() ? &*found : &nodes->emplace_back(Node{.field = field, .origin = origin});
    nodes = &node->children;
  }
  return node;
}

void RequestTree::AppendValue(Node* node, Origin origin, std::string_view text, const std::string* key,
                              const std::string& name) {
  const Field& field = *node->field;
  if (wire::HoldsText(field.map() ? field.map_value() : field)) {
    const wire::TextFault fault = wire::CheckText(text);
    if (fault != wire::TextFault::kNone) return Violate(name, wire::TextFaultSentence(fault));
  }
  if (key != nullptr && std::find(node->keys.begin(), node->keys.end(), *key) != node->keys.end()) {
    return Violate(name, "Is set twice.");
  }
  if (key != nullptr) node->keys.push_back(*key);
  std::string bytes;
  wire::Buffer buffer(&bytes, text.size() + 16);
  const std::string fault = key != nullptr ? PutEntry(field, *key, text, buffer) : PutElement(field, text, buffer);
  buffer.Finish();
  if (!fault.empty()) return Violate(name, fault);
  if (node->leaf && !field.repeated()) {
    const bool agrees = (IsHeader(origin) || IsHeader(node->origin)) && node->bytes == bytes;
    if (agrees) return;
    return Violate(name, node->origin == origin ? "Is set twice."
                                                : absl::StrCat("Is set by ", std::string(NameOf(node->origin)),
                                                               " and by ", std::string(NameOf(origin)), "."));
  }
  if (!node->leaf) node->origin = origin;
  node->leaf = true;
  node->bytes += bytes;
}

void RequestTree::SetWire(const Field& field, Origin origin, std::string bytes) {
  roots_.push_back(Node{.field = &field, .origin = origin, .leaf = true, .bytes = std::move(bytes)});
}

const std::string* RequestTree::Find(const Field& field) const {
  for (const Node& node : roots_) {
    if (node.field == &field && node.leaf) return &node.bytes;
  }
  return nullptr;
}

void RequestTree::Merge(std::string_view body, wire::Buffer& out) { MergeNodes(request_, roots_, body, "", out); }

void RequestTree::MergeNodes(const wire::MessageTable& table, std::vector<Node>& nodes, std::string_view body,
                             const std::string& prefix, wire::Buffer& out) {
  std::sort(nodes.begin(), nodes.end(), [](const Node& a, const Node& b) { return a.field->number < b.field->number; });
  auto node = nodes.begin();
  wire::WireReader reader(body);
  wire::WireValue value;
  while (!reader.done()) {
    const char* const begin = reader.position();
    if (!reader.Next(&value)) return;  // never: the body was written by FromJson
    const std::string_view raw(begin, static_cast<size_t>(reader.position() - begin));
    CheckOneof(table.ByNumber(value.number), nodes, prefix);
    for (; node != nodes.end() && node->field->number < value.number; ++node) WriteNode(*node, prefix, out);
    if (node == nodes.end() || node->field->number != value.number) {
      out.Put(raw);
      continue;
    }
    MergeField(*node, raw, value.bytes, prefix, out);
    if (!node->field->repeated()) ++node;
  }
  for (; node != nodes.end(); ++node) WriteNode(*node, prefix, out);
}

void RequestTree::CheckOneof(const Field* from_body, const std::vector<Node>& nodes, const std::string& prefix) {
  if (from_body == nullptr || from_body->oneof < 0) return;
  for (const Node& node : nodes) {
    if (node.field == from_body || node.field->oneof != from_body->oneof) continue;
    Violate(Joined(prefix, *node.field), "Excludes a field of the body: only one of them may be set.");
  }
}

// A field of the body that was also set outside of it.
void RequestTree::MergeField(Node& node, std::string_view raw, std::string_view content, const std::string& prefix,
                             wire::Buffer& out) {
  const std::string name = Joined(prefix, *node.field);
  if (!node.children.empty()) {
    out.Put(node.field->encoded_tag());
    const size_t begin = wire::BeginLength(out);
    MergeNodes(*node.field->message, node.children, content, name, out);
    wire::EndLength(out, begin);
    return;
  }
  out.Put(raw);
  if (node.leaf && raw != node.bytes) {
    Violate(name, absl::StrCat("Differs from ", std::string(NameOf(node.origin)), "."));
  }
}

void RequestTree::WriteNode(Node& node, const std::string& prefix, wire::Buffer& out) {
  if (node.leaf) return out.Put(node.bytes);
  if (node.children.empty()) return;  // its value was refused
  out.Put(node.field->encoded_tag());
  const size_t begin = wire::BeginLength(out);
  MergeNodes(*node.field->message, node.children, {}, Joined(prefix, *node.field), out);
  wire::EndLength(out, begin);
}

}  // namespace schutznetz::gateway
