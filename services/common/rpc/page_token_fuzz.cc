// Page tokens and positions are strangers' bytes: whatever arrives is either what was sealed, or refused.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "notes.pb.h"
#include "services/common/rpc/page_token.h"
#include "services/common/rpc/sealer.h"
#include "services/common/testing/fake_clock.h"

namespace {

using schutznetz::testing::v1::ListNotesRequest;

// A fixed key, so that a corpus can hold tokens that open.
const schutznetz::rpc::Sealer& FixedSealer() {
  static const schutznetz::rpc::Sealer sealer = *schutznetz::rpc::Sealer::FromKeyText(std::string(64, '7'));
  return sealer;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  static const schutznetz::testing::FakeClock clock;
  const schutznetz::rpc::PageTokens tokens(FixedSealer(), clock);
  const schutznetz::rpc::CallContext call = {.service = "s", .method = "m"};

  ListNotesRequest request;
  request.set_page_token(text);
  const auto opened = tokens.Open(call, request);
  if (!opened.ok() && opened.status().code() != absl::StatusCode::kInvalidArgument) std::abort();
  (void)schutznetz::rpc::OpenPosition(FixedSealer(), text);

  // What is sealed opens again, whatever it holds, and not for another query.
  const std::string payload = text.substr(0, 1000);
  request.set_page_token(tokens.Seal(call, request, payload));
  const auto back = tokens.Open(call, request);
  if (!back.ok() || *back != payload) std::abort();
  request.set_land("DE-NW");
  if (tokens.Open(call, request).ok()) std::abort();
  return 0;
}
