#include "services/common/rpc/health.h"

#include "grpc/health/v1/health.pb.h"
#include "services/common/errors/errors.h"

namespace schutznetz::rpc {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

HealthState::HealthState() : registry_("grpc.health.v1.Health") {
  registry_.Read<HealthCheckRequest, HealthCheckResponse>(
      "Check", [this](const CallContext&, const HealthCheckRequest& request) -> absl::StatusOr<HealthCheckResponse> {
        if (services_.count(request.service()) == 0) return errors::NotFound(request.service());
        HealthCheckResponse response;
        response.set_status(serving() ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING);
        return response;
      });
}

}  // namespace schutznetz::rpc
