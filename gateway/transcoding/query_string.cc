#include "gateway/transcoding/query_string.h"

#include "services/common/wire/form.h"

namespace schutznetz::gateway {

std::vector<QueryParameter> SplitQuery(std::string_view query) {
  std::vector<QueryParameter> parameters;
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view piece = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    if (piece.empty()) continue;
    const size_t equals = piece.find('=');
    QueryParameter& parameter = parameters.emplace_back();
    const bool name_ok = wire::DecodeFormPart(piece.substr(0, equals), &parameter.name);
    const bool value_ok =
        equals == std::string_view::npos || wire::DecodeFormPart(piece.substr(equals + 1), &parameter.value);
    if (!name_ok) parameter.name.clear();
    parameter.well_formed = name_ok && value_ok;
  }
  return parameters;
}

}  // namespace schutznetz::gateway
