// Takes each request through the filters to the upstream, and its answer back.
#pragma once

#include <memory>
#include <vector>

#include "gateway/filters/filter_chain.h"
#include "gateway/filters/worker_parts.h"
#include "gateway/http/exchange.h"
#include "gateway/http/limits.h"
#include "gateway/upstream/upstream.h"

namespace schutznetz::gateway {

// One per worker, used on its thread.
class Pipeline final : public ExchangeHandler {
 public:
  // All references must outlive the pipeline.
  Pipeline(const FilterChain& chain, const Transcoder& transcoder, const HttpLimits& limits, Upstream& upstream);
  ~Pipeline() override;

  void OnHead(Exchange& exchange) override;
  void OnBody(Exchange& exchange) override;
  void OnGone(Exchange& exchange) override;
  void OnRefused(Exchange& exchange, Refusal refusal) override;

 private:
  struct Run;  // a request under way
  Run& Begin(Exchange& exchange);
  void Forward(Run& run);
  void OnReply(Run& run, const UpstreamReply& reply);
  bool Pass(Run& run, size_t first, size_t last);
  void Answer(Run& run);
  void Release(Run& run);

  const FilterChain& chain_;
  const Transcoder& transcoder_;
  const HttpLimits& limits_;
  Upstream& upstream_;
  WorkerParts parts_;
  std::vector<std::unique_ptr<Run>> runs_;  // all that were ever needed at once
  std::vector<Run*> free_;
};

}  // namespace schutznetz::gateway
