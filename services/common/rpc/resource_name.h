// Resource names (AIP-122): "organizations/{id}", nested ones as "events/{id}/registrations/{id}".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace schutznetz::rpc {

// The id in `name` when it is "<collection>/<id>" with an id of 1 to 63 characters of [A-Za-z0-9._~-].
std::optional<std::string_view> IdIn(std::string_view collection, std::string_view name);

// "<collection>/<id>".
std::string NameOf(std::string_view collection, std::string_view id);

// The ids of a nested name; `pattern` is "events/*/registrations/*". Nothing when it does not match.
std::optional<std::vector<std::string_view>> IdsIn(std::string_view pattern, std::string_view name);

// Whether `name` is of the kind `reference`: "organizations", or nested "events/*/registrations".
bool IsResourceName(std::string_view reference, std::string_view name);

// An id as clients may choose it: lower-case letter first, then letters, digits, hyphens; 4 to 63; no hyphen at the
// end.
bool IsResourceId(std::string_view id);

}  // namespace schutznetz::rpc
