// Makes sure that one process owns the SQLite file.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace schutznetz::storage::sqlite {

// Holds an exclusive lock on a file until destruction or the end of the process, however it ends.
class FileLock {
 public:
  // FAILED_PRECONDITION when another process (or another database of this one) holds it; UNAVAILABLE when the file
  // cannot be made.
  static absl::StatusOr<FileLock> Acquire(const std::string& path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace schutznetz::storage::sqlite
