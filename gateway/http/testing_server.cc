#include "gateway/http/testing_server.h"

#include <algorithm>
#include <cstdlib>

namespace schutznetz::gateway {

void TestingHandler::OnHead(Exchange& exchange) {
  ++heads_;
  if (exchange.head().path == "/late") return Answer(exchange, 403, "no");
  exchange.ReadBody();
}

void TestingHandler::OnBody(Exchange& exchange) {
  ++bodies_;
  const std::string_view path = exchange.head().path;
  if (path == "/wait") {
    waiting_.push_back(&exchange);
    ++waiting_count_;
    return;
  }
  if (path == "/large") return Answer(exchange, 200, std::string(8 << 20, 'x'));
  Answer(exchange, 200, std::string(exchange.head().method) + " " + std::string(exchange.body()));
}

void TestingHandler::OnGone(Exchange& exchange) {
  waiting_count_ -= static_cast<int>(std::erase(waiting_, &exchange));
  ++gone_;
}

void TestingHandler::OnRefused(Exchange& exchange, Refusal refusal) {
  const RefusalInfo& info = Describe(refusal);
  Answer(exchange, info.http_status, std::string(info.label));
}

void TestingHandler::Release() {
  std::vector<Exchange*> waiting;
  waiting.swap(waiting_);
  waiting_count_ = 0;
  for (Exchange* exchange : waiting) Answer(*exchange, 200, "waited");
}

void TestingHandler::Answer(Exchange& exchange, int status, std::string body) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  response.head_only = exchange.head().method == "HEAD";
  response.headers.Add("x-request-id", exchange.head().Find(Field::kXRequestId).value_or("none"));
  exchange.Respond(response);
}

TestingServer::TestingServer(HttpLimits limits, IpNetworks trusted_proxies)
    : server_(limits, std::move(trusted_proxies), metrics_), worker_(&server_.AddWorker(handler_)) {
  if (!server_.Start("127.0.0.1", 0).ok()) std::abort();
}

}  // namespace schutznetz::gateway
