#include "services/common/document/text_layout.h"

namespace schutznetz::document {
namespace {

void AddAttribute(PangoAttrList* list, PangoAttribute* attribute, size_t from, size_t to) {
  attribute->start_index = static_cast<guint>(from);
  attribute->end_index = static_cast<guint>(to);
  pango_attr_list_insert(list, attribute);
}

void StyleSpans(PangoLayout* layout, const Spans& spans) {
  PangoAttrList* const attributes = pango_attr_list_new();
  size_t at = 0;
  for (const Span& span : spans) {
    const size_t end = at + span.text.size();
    if (span.style == Span::kStrong) AddAttribute(attributes, pango_attr_weight_new(PANGO_WEIGHT_BOLD), at, end);
    if (!span.link.empty()) {
      AddAttribute(attributes, pango_attr_underline_new(PANGO_UNDERLINE_SINGLE), at, end);
      AddAttribute(attributes, pango_attr_foreground_new(0, 0x3300, 0x8800), at, end);
    }
    at = end;
  }
  pango_layout_set_attributes(layout, attributes);
  pango_attr_list_unref(attributes);
}

// The same on every machine: no hinting to a screen's grid, 72 units to the inch.
void FixContext(PangoContext* context, const std::string& language) {
  cairo_font_options_t* const options = cairo_font_options_create();
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  pango_cairo_context_set_font_options(context, options);
  cairo_font_options_destroy(options);
  pango_cairo_context_set_resolution(context, 72);
  pango_context_set_language(context, pango_language_from_string(language.c_str()));
}

}  // namespace

Layout SetText(cairo_t* cr, const std::string& language, const Spans& spans, const Look& look) {
  Layout layout(pango_cairo_create_layout(cr));
  FixContext(pango_layout_get_context(layout.get()), language);

  PangoFontDescription* const font = pango_font_description_from_string(kFontFamily);
  pango_font_description_set_absolute_size(font, look.points * PANGO_SCALE);
  if (look.bold) pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
  pango_layout_set_font_description(layout.get(), font);
  pango_font_description_free(font);

  std::string text;
  for (const Span& span : spans) text += span.text;
  pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
  pango_layout_set_width(layout.get(), static_cast<int>(look.width * PANGO_SCALE));
  pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
  pango_layout_set_line_spacing(layout.get(), 1.15F);
  StyleSpans(layout.get(), spans);
  return layout;
}

Lines::Lines(PangoLayout* layout, int from) : iter_(pango_layout_get_iter(layout), &pango_layout_iter_free) {
  for (; from > 0 && !done_; --from) Next();
}

void Lines::Next() { done_ = pango_layout_iter_next_line(iter_.get()) == 0; }

double Lines::height() const {
  PangoRectangle logical;
  pango_layout_iter_get_line_extents(iter_.get(), nullptr, &logical);
  return Points(logical.height);
}

double Lines::baseline() const {
  PangoRectangle logical;
  pango_layout_iter_get_line_extents(iter_.get(), nullptr, &logical);
  return Points(pango_layout_iter_get_baseline(iter_.get()) - logical.y);
}

double HeightOf(PangoLayout* layout) {
  double height = 0;
  for (Lines lines(layout); !lines.done(); lines.Next()) height += lines.height();
  return height;
}

}  // namespace schutznetz::document
