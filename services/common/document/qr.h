// QR codes as a square of dark and light modules.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace schutznetz::document {

struct QrModules {
  int width = 0;           // modules in a row, without the quiet zone of 4 that must stand around them
  std::vector<bool> dark;  // row by row, width * width

  bool IsDark(int row, int column) const { return dark[static_cast<size_t>(row * width + column)]; }
};

inline constexpr int kQuietZone = 4;

// Bytes as they are, error correction M. INTERNAL: the content is empty, or longer than kQrContentMax.
absl::StatusOr<QrModules> EncodeQr(std::string_view content);

}  // namespace schutznetz::document
