// A tag of a PDF's structure, open as long as the object lives. Internal to document/.
#pragma once

#include <cairo.h>

#include <string>

namespace schutznetz::document {

class StructureTag {
 public:
  // `name` outlives it.
  StructureTag(cairo_t* cr, const char* name, const std::string& attributes = "") : cr_(cr), name_(name) {
    cairo_tag_begin(cr_, name_, attributes.c_str());
  }
  ~StructureTag() { cairo_tag_end(cr_, name_); }
  StructureTag(const StructureTag&) = delete;
  StructureTag& operator=(const StructureTag&) = delete;

 private:
  cairo_t* const cr_;
  const char* const name_;
};

}  // namespace schutznetz::document
