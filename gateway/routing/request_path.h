// The path of a request, split and decoded once.
#pragma once

#include <memory>
#include <string_view>

#include "absl/container/inlined_vector.h"

namespace schutznetz::gateway {

// Segments follow each other in memory with one '/' between them, so that a run of them is one view.
struct RequestPath {
  absl::InlinedVector<std::string_view, 16> segments;  // decoded
  std::string_view verb;            // behind the last ':' of the last segment as sent, or empty; never decoded
  std::string_view before_verb;     // the last segment without it, decoded
  std::string_view problem;         // why the path is refused; empty when it is not
  std::unique_ptr<char[]> decoded;  // only for paths with percent-escapes
};

// Never normalises: an empty segment, a trailing slash, a dot segment, "%2f", "%5c", "%00", a bad escape, bytes outside
// ASCII and text that is not UTF-8 are refused. Views point into `path` or into `decoded`.
RequestPath SplitPath(std::string_view path);

// The segments from `first` to the end of the one before `end`, as one view.
std::string_view Run(const RequestPath& path, size_t first, size_t end);

}  // namespace schutznetz::gateway
