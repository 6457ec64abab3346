// An implementation report as it is handed to a parliament.
#pragma once

#include "schutznetz/events/v1/report.pb.h"
#include "services/common/document/document.h"

namespace schutznetz::events {

// In German. Pure: the same report gives the same document.
document::Document ReportDocument(const v1::Report& report);

}  // namespace schutznetz::events
