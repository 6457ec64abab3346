// A caller context comes from another program, which may be broken or taken over: whatever its bytes, they are read or
// refused, and what is read says the same when it is written again. The MAC is taken as right here.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "services/common/access/context_codec.h"
#include "services/common/access/context_keys.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  (void)schutznetz::access::KeyIdOf(bytes);
  if (const auto fields = schutznetz::access::ParseContext(bytes)) {
    std::string again;
    if (!schutznetz::access::AppendContext(fields->key_id, fields->audience, fields->expire_time, fields->caller,
                                           &again) ||
        again != bytes) {
      std::abort();
    }
  }
  (void)schutznetz::access::ContextKeys::Parse(bytes);
  return 0;
}
