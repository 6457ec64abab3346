#include "services/common/config/secret.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "services/common/errors/errors.h"

namespace schutznetz::config {
namespace {

constexpr size_t kSecretBytesMax = 64 * 1024;

absl::Status Fault(const std::string& path, std::string_view what) { return errors::InvalidField(path, what); }

// Others may never read it; a group may only read it (mounted secrets), never write it.
std::string_view PermissionFault(const struct stat& file) {
  if (!S_ISREG(file.st_mode)) return "Must be a regular file.";
  if ((file.st_mode & S_IRWXO) != 0) return "Must not be accessible to others: chmod 600.";
  if ((file.st_mode & (S_IWGRP | S_IXGRP)) != 0) return "Must not be writable by its group: chmod 600.";
  if ((file.st_mode & S_IRGRP) != 0 && file.st_uid == geteuid() && geteuid() != 0) {
    return "Must not be readable by its group: chmod 600.";
  }
  return {};
}

}  // namespace

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    explicit_bzero(value_.data(), value_.size());
    value_ = other.value_;
    explicit_bzero(other.value_.data(), other.value_.size());
    other.value_.clear();
  }
  return *this;
}

Secret::~Secret() { explicit_bzero(value_.data(), value_.size()); }

absl::StatusOr<Secret> ReadSecretFile(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return Fault(path, "Cannot be opened for reading.");
  struct stat state = {};
  std::string_view fault = ::fstat(file, &state) == 0 ? PermissionFault(state) : "Cannot be examined.";
  std::string text(kSecretBytesMax + 1, '\0');
  const ssize_t size = fault.empty() ? ::read(file, text.data(), text.size()) : 0;
  ::close(file);
  if (!fault.empty()) return Fault(path, fault);
  if (size < 0) return Fault(path, "Cannot be read.");
  if (static_cast<size_t>(size) > kSecretBytesMax) return Fault(path, "Must be at most 64 KiB.");
  text.resize(static_cast<size_t>(size));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (text.empty()) return Fault(path, "Must not be empty.");
  return Secret(std::move(text));
}

}  // namespace schutznetz::config
