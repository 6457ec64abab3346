// Takes each request through the filters to the upstream, and its answer back.
#pragma once

#include <memory>
#include <vector>

#include "gateway/authentication/caller_contexts.h"
#include "gateway/filters/filter_chain.h"
#include "gateway/filters/worker_parts.h"
#include "gateway/http/exchange.h"
#include "gateway/http/limits.h"
#include "gateway/upstream/upstream.h"

namespace schutznetz::gateway {

// By what a worker knows callers and vouches for them. All null without an exchange server.
struct CallerParts {
  CallerLookup* lookup = nullptr;
  const CallerContexts* contexts = nullptr;
  const std::vector<size_t>* servers = nullptr;  // by number of the route: the number of its server
};

// One per worker, used on its thread.
class Pipeline final : public ExchangeHandler {
 public:
  // All references and what `callers` points to must outlive the pipeline.
  Pipeline(const FilterChain& chain, const Transcoder& transcoder, const HttpLimits& limits, Upstream& upstream,
           CallerParts callers = {});
  ~Pipeline() override;

  void OnHead(Exchange& exchange) override;
  void OnBody(Exchange& exchange) override;
  void OnGone(Exchange& exchange) override;
  void OnRefused(Exchange& exchange, Refusal refusal) override;

 private:
  // Where a request stands. kRenewing: a server knew newer rights, the caller is looked up anew.
  enum class Stage { kHead, kBody, kRenewing };
  struct Run;  // a request under way
  Run& Begin(Exchange& exchange);
  void Enter(Run& run, Stage stage, size_t first, size_t last);
  void Continue(Run& run);
  void Forward(Run& run);
  void OnReply(Run& run, const UpstreamReply& reply);
  bool Renew(Run& run);
  void Answer(Run& run);
  void Release(Run& run);

  const FilterChain& chain_;
  const Transcoder& transcoder_;
  const HttpLimits& limits_;
  Upstream& upstream_;
  const CallerParts callers_;
  WorkerParts parts_;
  std::vector<std::unique_ptr<Run>> runs_;  // all that were ever needed at once
  std::vector<Run*> free_;
};

}  // namespace schutznetz::gateway
