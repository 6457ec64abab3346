// What a PDF document must be to be kept: whole, plain, and without anything that acts or hides by itself.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"

namespace schutznetz::events {

struct PdfFacts {
  int page_count = 0;
};

// Reads all of the document's structure. Strict: it begins with its header and ends with its end marker (so that it is
// no other file at the same time), its cross references are as they say, no repair is tried. Refused are encryption,
// JavaScript, actions at opening or by themselves, programs, forms that send, embedded files, portfolios, film, sound
// and 3D, and streams that unpack to more than kPdfUnpackedBytesMax together.
//   INVALID_ARGUMENT (INVALID_FIELD) at "data", saying what.
// Takes up to a second and never waits; for a thread of its own. Thread safe.
absl::StatusOr<PdfFacts> CheckPdf(std::string_view document);

inline constexpr size_t kPdfUnpackedBytesMax = size_t{128} << 20;
inline constexpr int kPdfObjectsMax = 100'000;
inline constexpr int kPdfPagesMax = 5'000;

}  // namespace schutznetz::events
