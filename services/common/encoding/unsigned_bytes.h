// Text as the cryptographic libraries take it.
#pragma once

#include <string_view>

namespace schutznetz {

inline const unsigned char* UnsignedBytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace schutznetz
