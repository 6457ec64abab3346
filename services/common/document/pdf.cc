#include "services/common/document/pdf.h"

#include <cairo-pdf.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/common/document/page_writer.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"

namespace schutznetz::document {
namespace {

struct Destroy {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* cr) const { cairo_destroy(cr); }
};

cairo_status_t Append(void* out, const unsigned char* data, unsigned int length) {
  static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

void SetMetadata(cairo_surface_t* surface, const Document& document) {
  const std::string time = absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", document.create_time, absl::UTCTimeZone());
  const auto set = [&](cairo_pdf_metadata_t what, const std::string& value) {
    if (!value.empty()) cairo_pdf_surface_set_metadata(surface, what, value.c_str());
  };
  set(CAIRO_PDF_METADATA_TITLE, document.title);
  set(CAIRO_PDF_METADATA_AUTHOR, document.author);
  set(CAIRO_PDF_METADATA_SUBJECT, document.subject);
  set(CAIRO_PDF_METADATA_CREATOR, "Schutznetz");
  set(CAIRO_PDF_METADATA_CREATE_DATE, time);
  set(CAIRO_PDF_METADATA_MOD_DATE, time);
}

// Draws the document once. `pages`: as PageWriter takes it, and how many there were.
absl::StatusOr<std::string> Draw(const Document& document, int* pages, PdfStructure* structure) {
  std::string bytes;
  const std::unique_ptr<cairo_surface_t, Destroy> surface(
      cairo_pdf_surface_create_for_stream(&Append, &bytes, kPageWidth, kPageHeight));
  SetMetadata(surface.get(), document);
  {
    const std::unique_ptr<cairo_t, Destroy> cr(cairo_create(surface.get()));
    PageWriter writer(cr.get(), document, *pages);
    RETURN_IF_ERROR(writer.Write());
    *pages = writer.pages();
    *structure = writer.structure();
    const cairo_status_t status = cairo_status(cr.get());
    if (status != CAIRO_STATUS_SUCCESS)
      return errors::Internal(absl::StrCat("cairo: ", cairo_status_to_string(status)));
  }
  cairo_surface_finish(surface.get());
  const cairo_status_t status = cairo_surface_status(surface.get());
  if (status != CAIRO_STATUS_SUCCESS) return errors::Internal(absl::StrCat("cairo: ", cairo_status_to_string(status)));
  return bytes;
}

}  // namespace

absl::StatusOr<std::string> RenderPdf(const Document& document) {
  RETURN_IF_ERROR(Check(document));
  RETURN_IF_ERROR(CheckFonts());
  // Twice: the first time tells how many pages there are.
  int pages = 0;
  PdfStructure structure;
  RETURN_IF_ERROR(Draw(document, &pages, &structure).status());
  ASSIGN_OR_RETURN(std::string pdf, Draw(document, &pages, &structure));
  return CompleteStructure(std::move(pdf), structure);
}

absl::Status CheckFonts() {
  static const bool installed = [] {
    PangoFontFamily** families = nullptr;
    int count = 0;
    bool found = false;
    pango_font_map_list_families(pango_cairo_font_map_get_default(), &families, &count);
    for (int i = 0; i < count; ++i)
      found = found || std::string(pango_font_family_get_name(families[i])) == kFontFamily;
    g_free(families);
    return found;
  }();
  if (installed) return absl::OkStatus();
  return absl::FailedPreconditionError("The font DejaVu Sans is not installed (package fonts-dejavu-core).");
}

}  // namespace schutznetz::document
