// The fields of a request that do not come from its body, gathered and then merged with it. Internal to transcoding/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/common/errors/errors.h"
#include "services/common/wire/buffer.h"
#include "services/common/wire/table.h"

namespace schutznetz::gateway {

// Where a value comes from.
enum class Origin { kPath, kQuery, kIfMatch, kIdempotencyKey, kAuthorization, kMask };

// Values by field, for one request. Every fault is noted as a violation and leaves the rest usable.
class RequestTree {
 public:
  RequestTree(const wire::MessageTable& request, std::vector<errors::FieldViolation>* violations)
      : request_(request), violations_(*violations) {}

  // Sets the field that `path` leads to, from text. `key` is that of a map entry, or null.
  void Set(const std::vector<const wire::Field*>& path, Origin origin, std::string_view text, const std::string* key);
  // Sets a singular field of the request from wire bytes with tag.
  void SetWire(const wire::Field& field, Origin origin, std::string bytes);

  // The bytes (with tag) of a field of the request that was set, or null.
  const std::string* Find(const wire::Field& field) const;

  // Appends the request: these fields and those of `body`, a message in field order. A field that both have must be
  // equal.
  void Merge(std::string_view body, wire::Buffer& out);

 private:
  struct Node {
    const wire::Field* field = nullptr;
    Origin origin = Origin::kQuery;
    bool leaf = false;
    std::string bytes;              // of a leaf: the field as it stands on the wire, tags included
    std::vector<std::string> keys;  // of a map: those seen
    std::vector<Node> children;
  };

  Node* Descend(const std::vector<const wire::Field*>& path, Origin origin, const std::string& name);
  void AppendValue(Node* node, Origin origin, std::string_view text, const std::string* key, const std::string& name);
  void MergeNodes(const wire::MessageTable& table, std::vector<Node>& nodes, std::string_view body,
                  const std::string& prefix, wire::Buffer& out);
  void CheckOneof(const wire::Field* from_body, const std::vector<Node>& nodes, const std::string& prefix);
  void WriteNode(Node& node, const std::string& prefix, wire::Buffer& out);
  void MergeField(Node& node, std::string_view raw, std::string_view content, const std::string& prefix,
                  wire::Buffer& out);
  void Violate(std::string path, std::string_view sentence);

  const wire::MessageTable& request_;
  std::vector<errors::FieldViolation>& violations_;
  std::vector<Node> roots_;
};

// "near.latitude": the JSON names of a path.
std::string JsonPath(const std::vector<const wire::Field*>& path);

}  // namespace schutznetz::gateway
