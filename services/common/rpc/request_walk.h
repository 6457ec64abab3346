// One walk over one request: clears what the server owns, collects all violations. Internal to rpc/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"
#include "services/common/errors/errors.h"
#include "services/common/rpc/validation_table.h"

namespace schutznetz::rpc {

// What kind of request it is.
struct RequestShape {
  bool is_create = false;
  const google::protobuf::FieldDescriptor* mask = nullptr;      // update_mask, on updates only
  const google::protobuf::FieldDescriptor* resource = nullptr;  // the resource beside it
};

// Violations beyond this many are not looked for.
inline constexpr size_t kViolationsMax = 100;

class RequestWalk {
 public:
  RequestWalk(const RequestShape& shape, std::vector<errors::FieldViolation>* violations)
      : shape_(shape), violations_(*violations) {}

  void Check(const MessageChecks& checks, google::protobuf::Message* request);

 private:
  using Message = google::protobuf::Message;

  // Where the walk is: a list from the inside out, so that nothing is built while all is well.
  struct Place {
    const Place* parent = nullptr;
    const google::protobuf::FieldDescriptor* field = nullptr;
    int index = -1;
    int depth = 0;
  };
  // Which REQUIRED fields of a message count.
  struct Coverage {
    enum class Kind { kAll, kNone, kPaths } kind = Kind::kAll;
    std::vector<std::string_view> paths;
    Coverage For(const std::string& field) const;
  };

  void CheckMessage(const MessageChecks& checks, Message* message, const Place& place, const Coverage& coverage);
  void CheckField(const FieldCheck& check, Message* message, const Place& place, const Coverage& coverage);
  void CheckPresence(const FieldCheck& check, const Message& message, const Place& place, const Coverage& coverage);
  void CheckRepeated(const FieldCheck& check, Message* message, const Place& place, const Coverage& coverage);
  void CheckSingular(const FieldCheck& check, Message* message, const Place& place, const Coverage& coverage);
  void CheckNestedMessage(const FieldCheck& check, Message* message, const Place& place, const Coverage& coverage);
  void CheckString(const FieldCheck& check, std::string_view text, const Place& place);
  void CheckNumber(const FieldCheck& check, double number, const Place& place);
  void CheckEnum(const FieldCheck& check, int number, const Place& place);
  void CheckPageSize(const FieldCheck& check, Message* message, const Place& place);
  void CheckMask(const google::protobuf::FieldMask& mask, const Place& place);
  std::string_view MaskPathFault(std::string_view path) const;
  Coverage CoverageOfResource(const Message& request) const;
  void Report(const Place& place, std::string_view description);

  const RequestShape& shape_;
  std::vector<errors::FieldViolation>& violations_;
};

}  // namespace schutznetz::rpc
