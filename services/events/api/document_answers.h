// Documents as answers. Internal to api/.
#pragma once

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "schutznetz/common/v1/http_body.pb.h"
#include "services/common/document/html.h"
#include "services/common/document/pdf.h"
#include "services/common/errors/macros.h"

namespace schutznetz::events {

// INTERNAL: it cannot be drawn.
inline absl::StatusOr<common::v1::HttpBody> DocumentBody(const document::Document& document, bool html) {
  ASSIGN_OR_RETURN(std::string bytes, html ? document::RenderHtml(document) : document::RenderPdf(document));
  common::v1::HttpBody body;
  body.set_content_type(html ? document::kHtmlType : document::kPdfType);
  body.set_data(std::move(bytes));
  return body;
}

}  // namespace schutznetz::events
