#include "services/directory/errors.h"

#include "services/common/errors/errors.h"

namespace schutznetz::directory {

absl::Status ImportNotComplete() {
  return errors::WrongState("RECEIVING", "The file is not complete: append the rest, the last piece with \"last\".");
}

absl::Status ImportComplete() {
  return errors::WrongState("RECEIVING", "The last piece was taken already: apply the import, or start another.");
}

absl::Status ImportOver(const char* state) {
  return errors::WrongState(state, "The import is over: start another one.");
}

absl::Status ImportApplying() { return errors::WrongState("APPLYING", "The import is being written: read its state."); }

absl::Status ImportTooLarge(int64_t bytes) { return errors::SizeLimit("The file", kImportBytesMax, bytes); }

absl::Status ImportTooManyRecords(int64_t count) {
  return errors::SizeLimit("The number of records", kImportRecordsMax, count);
}

}  // namespace schutznetz::directory
