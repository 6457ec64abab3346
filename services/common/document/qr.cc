#include "services/common/document/qr.h"

#include <qrencode.h>

#include <memory>

#include "services/common/document/document.h"
#include "services/common/errors/errors.h"

namespace schutznetz::document {

absl::StatusOr<QrModules> EncodeQr(std::string_view content) {
  if (content.empty() || content.size() > kQrContentMax) return errors::Internal("document: content of a QR code");
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
      QRcode_encodeData(static_cast<int>(content.size()), reinterpret_cast<const unsigned char*>(content.data()),
                        /*version=*/0, QR_ECLEVEL_M),
      &QRcode_free);
  if (code == nullptr) return errors::Internal("document: QR code not made");
  QrModules modules;
  modules.width = code->width;
  const int count = code->width * code->width;
  modules.dark.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) modules.dark.push_back((code->data[i] & 1) != 0);
  return modules;
}

}  // namespace schutznetz::document
