#include "gateway/routing/router.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gateway/routing/request_path.h"
#include "services/common/errors/macros.h"

namespace schutznetz::gateway {

// A rule that ends at a node.
struct Router::Leaf {
  std::string verb;
  std::string http_method;
  size_t rule = 0;
  std::vector<TemplateVariable> variables;
};

// A trie over segments. A path walks down one branch per kind, so each node is visited at most once per request.
struct Router::Node {
  std::vector<std::pair<std::string, std::unique_ptr<Node>>> literals;  // sorted by segment once built
  std::unique_ptr<Node> one;                                            // "*"
  std::unique_ptr<Node> rest;                                           // "**"
  std::vector<Router::Leaf> leaves;

  Node* Child(const TemplateSegment& segment) {
    switch (segment.kind) {
      case TemplateSegment::Kind::kOne:
        return Ensure(&one);
      case TemplateSegment::Kind::kRest:
        return Ensure(&rest);
      case TemplateSegment::Kind::kLiteral:
        break;
    }
    const auto place = std::lower_bound(literals.begin(), literals.end(), segment.literal,
                                        [](const auto& entry, const std::string& key) { return entry.first < key; });
    if (place != literals.end() && place->first == segment.literal) return place->second.get();
    return literals.emplace(place, segment.literal, std::make_unique<Node>())->second.get();
  }

  const Node* Literal(std::string_view segment) const {
    const auto place = std::lower_bound(literals.begin(), literals.end(), segment,
                                        [](const auto& entry, std::string_view key) { return entry.first < key; });
    return place != literals.end() && place->first == segment ? place->second.get() : nullptr;
  }

 private:
  static Node* Ensure(std::unique_ptr<Node>* node) {
    if (*node == nullptr) *node = std::make_unique<Node>();
    return node->get();
  }
};

namespace {

// Finds the leaf of one request, with or without a verb, and notes the methods of the leaves that fit but for theirs.
template <typename Node, typename Leaf>
class Search {
 public:
  Search(std::string_view http_method, std::string_view verb, const RequestPath& path)
      : http_method_(http_method), verb_(verb), path_(path) {}

  // In order of preference.
  const Leaf* Find(const Node& node, size_t depth) {
    if (depth == path_.segments.size()) {
      if (const Leaf* leaf = LeafOf(node)) return leaf;
      return node.rest == nullptr ? nullptr : LeafOf(*node.rest);
    }
    const bool last = depth + 1 == path_.segments.size();
    const std::string_view segment = last && !verb_.empty() ? path_.before_verb : path_.segments[depth];
    if (const Node* literal = node.Literal(segment)) {
      if (const Leaf* leaf = Find(*literal, depth + 1)) return leaf;
    }
    if (node.one != nullptr && !segment.empty()) {
      if (const Leaf* leaf = Find(*node.one, depth + 1)) return leaf;
    }
    return node.rest == nullptr || segment.empty() ? nullptr : LeafOf(*node.rest);
  }

  const std::set<std::string>& other_methods() const { return other_methods_; }

 private:
  const Leaf* LeafOf(const Node& node) {
    for (const Leaf& leaf : node.leaves) {
      if (leaf.verb != verb_) continue;
      if (leaf.http_method == http_method_) return &leaf;
      other_methods_.insert(leaf.http_method);
    }
    return nullptr;
  }

  std::string_view http_method_;
  std::string_view verb_;
  const RequestPath& path_;
  std::set<std::string> other_methods_;
};

std::string Allow(std::set<std::string> methods) {
  if (methods.count("GET") > 0) methods.insert("HEAD");
  std::string allow;
  for (const std::string& method : methods) absl::StrAppend(&allow, allow.empty() ? "" : ", ", method);
  return allow;
}

}  // namespace

Router::Router(std::unique_ptr<Node> root) : root_(std::move(root)) {}
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;
Router::~Router() = default;

absl::StatusOr<Router> Router::Build(std::span<const RouteRule> rules) {
  auto root = std::make_unique<Node>();
  for (size_t i = 0; i < rules.size(); ++i) {
    ASSIGN_OR_RETURN(PathTemplate path, ParsePathTemplate(rules[i].path_template));
    Node* node = root.get();
    for (const TemplateSegment& segment : path.segments) node = node->Child(segment);
    for (const Leaf& other : node->leaves) {
      if (other.verb != path.verb || other.http_method != rules[i].http_method) continue;
      return absl::AlreadyExistsError(absl::StrCat("equal routes: ", rules[i].http_method, " ",
                                                   rules[other.rule].path_template, " and ", rules[i].path_template));
    }
    node->leaves.push_back({path.verb, rules[i].http_method, i, std::move(path.variables)});
  }
  return Router(std::move(root));
}

// A path whose verb is known, under any method, is not tried without it.
const Router::Leaf* Router::Find(std::string_view http_method, RequestPath* path, std::string* allow) const {
  for (const std::string_view verb : {path->verb, std::string_view()}) {
    Search<Node, Leaf> search(http_method, verb, *path);
    const Leaf* leaf = search.Find(*root_, 0);
    if (leaf == nullptr && http_method == "HEAD") leaf = Search<Node, Leaf>("GET", verb, *path).Find(*root_, 0);
    const bool is_known = leaf != nullptr || !search.other_methods().empty();
    if (!is_known && !verb.empty()) continue;
    if (!verb.empty()) path->segments.back() = path->before_verb;
    if (leaf == nullptr) *allow = Allow(search.other_methods());
    return leaf;
  }
  return nullptr;
}

RouteMatch Router::Match(std::string_view http_method, std::string_view path) const {
  RouteMatch match;
  if (path == "/") return match;
  RequestPath request = SplitPath(path);
  if (!request.problem.empty()) {
    match.outcome = RouteMatch::Outcome::kBadPath;
    match.problem = request.problem;
    return match;
  }
  const Leaf* const leaf = Find(http_method, &request, &match.allow);
  if (leaf == nullptr) {
    if (!match.allow.empty()) match.outcome = RouteMatch::Outcome::kMethodNotAllowed;
    return match;
  }
  match.outcome = RouteMatch::Outcome::kFound;
  match.rule = leaf->rule;
  for (const TemplateVariable& variable : leaf->variables) {
    const size_t end = variable.to_end ? request.segments.size() : variable.first_segment + variable.segment_count;
    match.values.push_back(Run(request, variable.first_segment, end));
  }
  match.decoded = std::move(request.decoded);
  return match;
}

}  // namespace schutznetz::gateway
