// The records of a whole file, joined by key, in bounded memory.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "services/directory/imports/import_parser.h"

namespace schutznetz::directory {

// Not thread safe. At most kImportRecordsMax areas or parts of postcodes; more set status().
class ImportContent final : public ImportSink {
 public:
  void OnArea(const v1::Area& area, std::string_view as_of) override;
  void OnPostcode(const v1::Postcode& postcode) override;
  void OnRefusal(const v1::ImportRefusal&) override {}

  // RESOURCE_EXHAUSTED (SIZE_LIMIT) once there were too many.
  const absl::Status& status() const { return status_; }
  // The newest date of the registers, YYYY-MM-DD.
  const std::string& as_of() const { return as_of_; }
  // By key and code, ascending. An area that comes twice counts as it came last.
  std::vector<v1::Area> TakeAreas();
  std::vector<v1::Postcode> TakePostcodes();

 private:
  void Count();

  std::map<std::string, v1::Area> areas_;
  std::map<std::string, v1::Postcode> postcodes_;
  std::string as_of_;
  int64_t count_ = 0;
  absl::Status status_;
};

}  // namespace schutznetz::directory
