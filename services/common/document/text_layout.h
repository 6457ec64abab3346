// Texts set in lines by pango. Internal to document/.
#pragma once

#include <pango/pangocairo.h>

#include <memory>
#include <string>

#include "services/common/document/document.h"

namespace schutznetz::document {

struct ReleaseObject {
  void operator()(void* object) const { g_object_unref(object); }
};
using Layout = std::unique_ptr<PangoLayout, ReleaseObject>;

// How a text is set. Lengths are points.
struct Look {
  double points = 10.5;
  bool bold = false;
  double width = 0;
};

// Sets a text in lines for the surface of `cr`: strong runs bold, links underlined.
Layout SetText(cairo_t* cr, const std::string& language, const Spans& spans, const Look& look);

// Goes through the lines of a layout.
class Lines {
 public:
  explicit Lines(PangoLayout* layout, int from = 0);

  bool done() const { return done_; }
  void Next();
  double height() const;    // of this line
  double baseline() const;  // below the top of this line
  PangoLayoutLine* line() const { return pango_layout_iter_get_line_readonly(iter_.get()); }

 private:
  const std::unique_ptr<PangoLayoutIter, decltype(&pango_layout_iter_free)> iter_;
  bool done_ = false;
};

// What a layout takes with all its lines.
double HeightOf(PangoLayout* layout);

inline double Points(int pango_units) { return static_cast<double>(pango_units) / PANGO_SCALE; }

inline constexpr char kFontFamily[] = "DejaVu Sans";

}  // namespace schutznetz::document
