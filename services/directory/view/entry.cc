#include "services/directory/view/entry.h"

namespace schutznetz::directory {

record::Record Entry::ToRecord() const {
  return {.key = {std::string(NameOf(kind)), std::string(name.substr(name.find('/') + 1))},
          .body = std::string(Body()),
          .create_us = create_us,
          .update_us = update_us,
          .public_update_us = public_update_us,
          .delete_us = delete_us};
}

}  // namespace schutznetz::directory
