// A value that must not be shown: it has no text output and is wiped when it dies.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"

namespace schutznetz::config {

// Move only. There is no operator<<, no conversion to string and no comparison: call Reveal() where the value is used.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(Secret&& other) noexcept { *this = std::move(other); }
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  bool empty() const { return value_.empty(); }
  std::string_view Reveal() const { return value_; }

 private:
  std::string value_;
};

// Reads a secret from a file, without the line feed at its end. INVALID_ARGUMENT names the file when it is missing,
// empty, larger than 64 KiB, not a regular file, or readable by group or others (a mounted secret owned by root with
// mode 0440 and the process in its group passes).
absl::StatusOr<Secret> ReadSecretFile(const std::string& path);

}  // namespace schutznetz::config
