#include "services/common/rpc/audit_api.h"

#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "schutznetz/common/v1/audit.pb.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/rpc/validation.h"

namespace schutznetz::rpc {
namespace {

using common::v1::ListAuditEntriesRequest;
using common::v1::ListAuditEntriesResponse;

absl::StatusOr<ListAuditEntriesResponse> List(audit::AuditLog& log, const PageTokens& page_tokens,
                                              const CallContext& call, const ListAuditEntriesRequest& request) {
  ASSIGN_OR_RETURN(const std::string token, page_tokens.Open(call, request));
  int64_t after = 0;
  if (!token.empty() && !absl::SimpleAtoi(token, &after)) return errors::PageTokenInvalid();
  const int count = request.page_size() > 0 ? request.page_size() : kPageSizeDefault;
  ASSIGN_OR_RETURN(audit::AuditLog::Page page, log.ReadPage(after, count, call.deadline));
  ListAuditEntriesResponse response;
  for (std::string& line : page.lines) response.add_lines(std::move(line));
  for (std::string& checkpoint : page.checkpoints) response.add_checkpoints(std::move(checkpoint));
  response.set_public_key(log.public_key());
  if (page.next > 0) response.set_next_page_token(page_tokens.Seal(call, request, absl::StrCat(page.next)));
  return response;
}

}  // namespace

void RegisterAuditApi(Registry& registry, audit::AuditLog& log, const PageTokens& page_tokens) {
  registry.Blocking<ListAuditEntriesRequest, ListAuditEntriesResponse>(
      "ListAuditEntries", [&log, &page_tokens](const CallContext& call, const ListAuditEntriesRequest& request) {
        return List(log, page_tokens, call, request);
      });
}

}  // namespace schutznetz::rpc
