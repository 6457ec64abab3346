#pragma once

#include "gateway/filters/filter.h"

namespace schutznetz::gateway {

// Preconditions and validators. If-Match goes into the request's etag; answers to reads get an ETag (the resource's
// own, else a hash of the body), and If-None-Match turns them into 304. Says what caches may keep: only public answers
// of methods with a cache rule, and those only after asking again.
class ConditionalFilter final : public Filter {
 public:
  std::string_view name() const override { return "conditional"; }
  Verdict Before(Call& call) const override;
  void After(Call& call) const override;

 private:
  Verdict ReadIfMatch(Call& call) const;
};

}  // namespace schutznetz::gateway
