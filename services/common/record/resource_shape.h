// The shape of a resource whose message says it all.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "services/common/record/resource_rules.h"
#include "services/common/wire/table.h"

namespace schutznetz::record {

// Of the kind "service", with the collection "services". `tables` must hold the message and outlive what is made of it.
template <typename Resource>
ResourceRules::Shape ShapeOf(const wire::Tables& tables, const std::string& kind,
                             std::vector<std::string> parent_fields = {}) {
  const auto& full_name = Resource::descriptor()->full_name();
  return {.kind = kind,
          .collection = kind + "s",
          .prototype = &Resource::default_instance(),
          .table = tables.Find(full_name),
          .parent_fields = std::move(parent_fields)};
}

}  // namespace schutznetz::record
