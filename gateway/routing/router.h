// From an HTTP method and a path to a rule. The table is built once at start and immutable, so Match is thread safe.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "gateway/routing/path_template.h"

namespace schutznetz::gateway {

struct RequestPath;

// One rule: `path_template` for `http_method`. Rules are numbered by their place in the list given to Build.
struct RouteRule {
  std::string http_method;  // "GET", or the kind of a custom rule
  std::string path_template;
};

struct RouteMatch {
  enum class Outcome {
    kFound,
    kNotFound,          // 404
    kMethodNotAllowed,  // 405 with `allow`
    kBadPath,           // 400 with `problem`: a path that is never normalised silently
  };
  Outcome outcome = Outcome::kNotFound;
  size_t rule = 0;  // kFound
  // Of each variable of the rule's template, in order: its decoded value. Views into the path given to Match, or into
  // `decoded`; both must outlive the use.
  absl::InlinedVector<std::string_view, 4> values;
  std::string allow;                // kMethodNotAllowed: "GET, HEAD, PATCH"
  std::string_view problem;         // kBadPath: a sentence
  std::unique_ptr<char[]> decoded;  // only for paths with percent-escapes
};

// Preference, segment by segment: a literal over `*` over `**`; a rule with a verb over one without. A HEAD request
// takes the GET rule. Matching is linear in the table's size at worst and does not allocate for paths without escapes.
class Router {
 public:
  // INVALID_ARGUMENT: a malformed template. ALREADY_EXISTS: two equal rules; both are named.
  static absl::StatusOr<Router> Build(std::span<const RouteRule> rules);
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;
  ~Router();

  // `path` is the raw path of the request target, without query.
  RouteMatch Match(std::string_view http_method, std::string_view path) const;

 private:
  struct Leaf;
  struct Node;
  explicit Router(std::unique_ptr<Node> root);
  const Leaf* Find(std::string_view http_method, RequestPath* path, std::string* allow) const;

  std::unique_ptr<Node> root_;
};

}  // namespace schutznetz::gateway
