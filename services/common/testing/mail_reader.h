// Mails as a mail program reads them: by Python's own library, which knows nothing of what wrote them. Tests only.
#pragma once

#include <string>

namespace schutznetz::testing {

// Headers, parts with type, method and decoded content, and defects, as one JSON object. A message that cannot be read
// fails the running test.
std::string ReadMail(const std::string& message);

}  // namespace schutznetz::testing
