#include "services/events/documents/pdf_check.h"

#include <zlib.h>

// The library asks its users to say which of its pointers they know: the standard ones.
#define POINTERHOLDER_TRANSITION 4
#include <array>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <set>
#include <string>

#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"

namespace schutznetz::events {
namespace {

constexpr int kNestingMax = 64;
constexpr std::string_view kEndMarker = "%%EOF";

absl::Status Refuse(std::string_view sentence) { return errors::InvalidField("data", sentence); }

// Keys of dictionaries that act or hide, wherever they stand (ISO 32000-1).
const std::set<std::string>& ForbiddenKeys() {
  static const auto* keys = new std::set<std::string>{
      "/JS",         "/JavaScript", "/AA",     "/OpenAction", "/EmbeddedFiles",    "/EmbeddedFile", "/EF",    "/RF",
      "/Collection", "/XFA",        "/Launch", "/RichMedia",  "/RichMediaContent", "/Movie",        "/Sound", "/3DD"};
  return *keys;
}

// Values of /S, /Type and /Subtype that do.
const std::set<std::string>& ForbiddenKinds() {
  static const auto* kinds = new std::set<std::string>{
      "/JavaScript", "/Launch", "/SubmitForm", "/ImportData",       "/GoToE",     "/GoToR",        "/Rendition",
      "/Movie",      "/Sound",  "/GoTo3DView", "/RichMediaExecute", "/RichMedia", "/EmbeddedFile", "/FileAttachment",
      "/Screen",     "/3D",     "/Filespec"};
  return *kinds;
}

// --- What is looked at before anything is unpacked ---

absl::Status CheckFrame(std::string_view document) {
  if (document.substr(0, 7) != "%PDF-1." && document.substr(0, 8) != "%PDF-2.0") {
    return Refuse("Is no PDF document: it must begin with %PDF-.");
  }
  const size_t end = document.rfind(kEndMarker);
  if (end == std::string_view::npos) return Refuse("The end of the document is missing.");
  const std::string_view rest = document.substr(end + kEndMarker.size());
  if (rest.find_first_not_of("\r\n \t") != std::string_view::npos) return Refuse("Something stands behind the end.");
  return absl::OkStatus();
}

// How many bytes a zlib stream unpacks to, at most `most`.
size_t UnpackedSize(std::string_view stream, size_t most) {
  z_stream state{};
  if (inflateInit(&state) != Z_OK) return most;
  std::array<unsigned char, 64 * 1024> out{};
  state.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(stream.data()));
  state.avail_in = static_cast<unsigned>(stream.size());
  size_t size = 0;
  for (int result = Z_OK; result == Z_OK && size < most;) {
    state.next_out = out.data();
    state.avail_out = out.size();
    result = inflate(&state, Z_NO_FLUSH);
    size += out.size() - state.avail_out;
  }
  inflateEnd(&state);
  return size;
}

// The library that reads the structure unpacks without a limit, so that every place where packed data can begin is
// measured first, whatever the dictionary before it says.
absl::Status CheckUnpackedSize(std::string_view document) {
  constexpr std::string_view kStream = "stream";
  size_t left = kPdfUnpackedBytesMax;
  for (size_t at = document.find(kStream); at != std::string_view::npos; at = document.find(kStream, at)) {
    at += kStream.size();
    const size_t data = document.find_first_not_of("\r\n", at);
    if (data == std::string_view::npos) break;
    // zlib: the method in the low bits, and a multiple of 31.
    const auto first = static_cast<unsigned char>(document[data]);
    const auto second = data + 1 < document.size() ? static_cast<unsigned char>(document[data + 1]) : 0;
    if ((first & 0x0f) != Z_DEFLATED || (first * 256 + second) % 31 != 0) continue;
    const size_t size = UnpackedSize(document.substr(data), left);
    if (size >= left) return Refuse("Unpacks to more than 128 MiB.");
    left -= size;
  }
  return absl::OkStatus();
}

// --- What the structure says ---

class Walk {
 public:
  absl::Status Check(QPDFObjectHandle object, int depth) {
    if (depth > kNestingMax) return Refuse("Values are nested too deeply.");
    if (object.isStream()) return CheckDictionary(object.getDict(), depth);
    if (object.isDictionary()) return CheckDictionary(object, depth);
    if (!object.isArray()) return absl::OkStatus();
    for (int i = 0; i < object.getArrayNItems(); ++i) {
      QPDFObjectHandle item = object.getArrayItem(i);
      if (!item.isIndirect()) RETURN_IF_ERROR(Check(item, depth + 1));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status CheckDictionary(QPDFObjectHandle dictionary, int depth) {
    for (const std::string& key : dictionary.getKeys()) {
      if (ForbiddenKeys().count(key) > 0) return Forbidden(key);
      QPDFObjectHandle value = dictionary.getKey(key);
      const bool kind = key == "/S" || key == "/Type" || key == "/Subtype";
      if (kind && value.isName() && ForbiddenKinds().count(value.getName()) > 0) return Forbidden(value.getName());
      // Other objects are in the list of all.
      if (!value.isIndirect()) RETURN_IF_ERROR(Check(value, depth + 1));
    }
    return absl::OkStatus();
  }
  static absl::Status Forbidden(const std::string& name) {
    return Refuse("Holds " + name + ", which is not accepted: no actions, scripts, attachments or media.");
  }
};

absl::StatusOr<PdfFacts> CheckStructure(QPDF& pdf) {
  if (pdf.isEncrypted()) return Refuse("Is encrypted.");
  if (!pdf.getTrailer().getKey("/Encrypt").isNull()) return Refuse("Is encrypted.");
  const std::vector<QPDFObjectHandle> objects = pdf.getAllObjects();
  if (objects.size() > static_cast<size_t>(kPdfObjectsMax)) return Refuse("Has more than 100,000 objects.");
  Walk walk;
  RETURN_IF_ERROR(walk.Check(pdf.getTrailer(), 0));
  for (const QPDFObjectHandle& object : objects) RETURN_IF_ERROR(walk.Check(object, 0));
  PdfFacts facts;
  facts.page_count = static_cast<int>(pdf.getAllPages().size());
  if (facts.page_count == 0) return Refuse("Has no pages.");
  if (facts.page_count > kPdfPagesMax) return Refuse("Has more than 5,000 pages.");
  // What was repaired silently is told here.
  if (pdf.anyWarnings()) return Refuse("Its structure is damaged.");
  return facts;
}

}  // namespace

absl::StatusOr<PdfFacts> CheckPdf(std::string_view document) {
  RETURN_IF_ERROR(CheckFrame(document));
  RETURN_IF_ERROR(CheckUnpackedSize(document));
  // Exceptions of the library end here.
  try {
    QPDF pdf;
    pdf.setSuppressWarnings(true);
    pdf.setAttemptRecovery(false);
    pdf.processMemoryFile("document", document.data(), document.size());
    return CheckStructure(pdf);
  } catch (const std::exception&) {
    return Refuse("Its structure is damaged: cross references, trailer or objects cannot be read.");
  }
}

}  // namespace schutznetz::events
