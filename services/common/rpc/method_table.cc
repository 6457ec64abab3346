#include "services/common/rpc/method_table.h"

#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/common/access/rule.h"
#include "services/common/errors/errors.h"

namespace schutznetz::rpc {
namespace {

using common::v1::Rule;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

// Names of codes as the community's dashboards expect them.
constexpr std::array<const char*, kStatusCodes> kCodeNames = {
    "OK",       "Canceled",       "Unknown",          "InvalidArgument",   "DeadlineExceeded",
    "NotFound", "AlreadyExists",  "PermissionDenied", "ResourceExhausted", "FailedPrecondition",
    "Aborted",  "OutOfRange",     "Unimplemented",    "Internal",          "Unavailable",
    "DataLoss", "Unauthenticated"};

MethodMetrics AddMetrics(const MethodEntry& entry, telemetry::Metrics& metrics) {
  const telemetry::Labels labels = {{"grpc_type", entry.is_stream() ? "server_stream" : "unary"},
                                    {"grpc_service", entry.service},
                                    {"grpc_method", entry.method}};
  MethodMetrics added;
  added.started = &metrics.AddCounter("grpc_server_started_total", "Calls started.", labels);
  for (size_t code = 0; code < kStatusCodes; ++code) {
    telemetry::Labels with_code = labels;
    with_code.emplace_back("grpc_code", kCodeNames[code]);
    added.handled[code] = &metrics.AddCounter("grpc_server_handled_total", "Calls answered, by code.",
                                              std::move(with_code), /*hide_while_zero=*/code != 0);
  }
  added.seconds = &metrics.AddHistogram("grpc_server_handling_seconds", "Time from arrival to answer.",
                                        telemetry::Histogram::CallSeconds(), labels);
  return added;
}

// Collects the entries of one service and what is wrong with them.
class ServiceChecker {
 public:
  ServiceChecker(const Registry& registry, std::vector<std::string>* problems)
      : registry_(registry), problems_(*problems) {
    for (const MethodHandler& handler : registry.handlers()) {
      if (!handlers_.emplace(handler.method, &handler).second) Complain(handler.method, "has two handlers");
    }
  }

  void AddEntries(MethodTable* table) {
    const ServiceDescriptor* service =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(registry_.service());
    if (service == nullptr) return problems_.push_back(absl::StrCat(registry_.service(), " is not a linked service"));
    for (int i = 0; i < service->method_count(); ++i) {
      const MethodDescriptor* method = service->method(i);
      if (method->client_streaming()) continue;  // clients stream nothing here
      AddEntry(*method, table);
    }
    for (const auto& [name, handler] : handlers_) Complain(name, "has a handler but is not a described method");
  }

 private:
  void AddEntry(const MethodDescriptor& method, MethodTable* table) {
    const auto found = handlers_.find(method.name());
    if (found == handlers_.end()) return Complain(method.name(), "has no handler");
    const MethodHandler* handler = found->second;
    handlers_.erase(found);
    if (handler->request_prototype->GetDescriptor() != method.input_type()) {
      Complain(method.name(), "has a handler for another request type");
    }
    if ((handler->kind == HandlerKind::kStream) != method.server_streaming()) {
      Complain(method.name(), method.server_streaming() ? "is a stream and its handler is not"
                                                        : "has a handler that streams, and is no stream");
    }
    const Rule rule = RuleOf(method);
    absl::StatusOr<RequestRules> rules = RequestRules::Compile(method.input_type(), method.name());
    if (!rules.ok()) return ComplainAll(method.name(), rules.status());
    auto entry = std::make_unique<MethodEntry>(
        MethodEntry{method.service()->full_name(),
                    method.name(),
                    absl::StrCat("/", method.service()->full_name(), "/", method.name()),
                    telemetry::Literal::ForProcessLifetime(method.full_name()),
                    rule,
                    method.server_streaming() ? absl::InfiniteDuration() : DeadlineOf(rule.rate()),
                    rule.rate() == Rule::HELP,
                    handler,
                    &registry_,
                    *std::move(rules),
                    {}});
    table->push_back(std::move(entry));
  }

  static bool IsOfGrpc(const MethodDescriptor& method) { return absl::StartsWith(method.full_name(), "grpc."); }

  Rule RuleOf(const MethodDescriptor& method) {
    if (IsOfGrpc(method)) {
      Rule rule;
      rule.set_access(Rule::PUBLIC);
      rule.set_rate(Rule::READ);
      return rule;
    }
    if (!method.options().HasExtension(common::v1::rule)) {
      Complain(method.name(), "has no rule");
      return {};
    }
    const Rule rule = method.options().GetExtension(common::v1::rule);
    if (const absl::Status complete = access::CheckRuleComplete(rule); !complete.ok())
      ComplainAll(method.name(), complete);
    return rule;
  }

  void Complain(const std::string& method, std::string_view what) {
    problems_.push_back(
        absl::StrCat(registry_.service(), "/", method, " ", absl::string_view(what.data(), what.size())));
  }

  void ComplainAll(const std::string& method, const absl::Status& status) {
    for (const errors::FieldViolation& violation : errors::ViolationsOf(status)) {
      Complain(method, absl::StrCat(violation.field, ": ", violation.description));
    }
  }

  const Registry& registry_;
  std::vector<std::string>& problems_;
  std::map<std::string, const MethodHandler*> handlers_;
};

}  // namespace

absl::Duration DeadlineOf(Rule::Rate rate) {
  switch (rate) {
    case Rule::SEARCH:
      return absl::Seconds(3);
    case Rule::WRITE:
    case Rule::LOGIN:
      return absl::Seconds(5);
    case Rule::EXPORT:
      return absl::Seconds(60);
    default:
      return absl::Seconds(2);
  }
}

absl::StatusOr<MethodTable> BuildMethodTable(const std::vector<const Registry*>& registries,
                                             telemetry::Metrics& metrics) {
  MethodTable table;
  std::vector<std::string> problems;
  for (const Registry* registry : registries) ServiceChecker(*registry, &problems).AddEntries(&table);
  if (!problems.empty()) return absl::InvalidArgumentError(absl::StrJoin(problems, "; "));
  for (const auto& entry : table) entry->metrics = AddMetrics(*entry, metrics);
  return table;
}

}  // namespace schutznetz::rpc
