#include "services/common/access/caller_context.h"

#include <sodium.h>

#include <algorithm>
#include <utility>

#include "services/common/access/context_codec.h"
#include "services/common/encoding/unsigned_bytes.h"
#include "services/common/errors/errors.h"

namespace schutznetz::access {
namespace {

constexpr size_t kMacBytes = crypto_auth_hmacsha256_BYTES;
constexpr absl::Duration kSentAgainFor = absl::Seconds(30);
// By how much the clocks of two machines may differ before a fresh context looks too good.
constexpr absl::Duration kSkewMax = absl::Seconds(5);

void AppendMac(const ContextKey& key, std::string* context) {
  unsigned char mac[kMacBytes];
  crypto_auth_hmacsha256(mac, UnsignedBytes(*context), context->size(), key.secret.data());
  context->append(reinterpret_cast<const char*>(mac), kMacBytes);
}

bool MacIsRight(const ContextKey& key, std::string_view signed_bytes, std::string_view mac) {
  return crypto_auth_hmacsha256_verify(UnsignedBytes(mac), UnsignedBytes(signed_bytes), signed_bytes.size(),
                                       key.secret.data()) == 0;
}

// Whether the holder of the key may speak for this caller.
bool MayVouch(const ContextKey& key, const Caller& caller) {
  constexpr std::string_view kPrograms = "programs/";
  const std::string_view principal = caller.principal();
  const bool is_program = principal.starts_with(kPrograms);
  const RoleSet roles = caller.grants().roles;
  if (!is_program) return key.from == kGatewayName && !roles.Has(Role::kInternal);
  return principal.substr(kPrograms.size()) == key.from && roles == RoleSet{Role::kInternal};
}

std::vector<ContextKey> Copies(const std::vector<const ContextKey*>& keys) {
  std::vector<ContextKey> copies;
  for (const ContextKey* key : keys) copies.push_back(*key);
  return copies;
}

bool PeerFits(std::string_view peer, const ContextKey& key) { return peer.empty() || peer == key.from; }

}  // namespace

absl::StatusOr<std::unique_ptr<ContextMinter>> ContextMinter::Create(const ContextKeys& keys, std::string_view from,
                                                                     std::string_view to, const Clock& clock,
                                                                     size_t sessions) {
  const ContextKey* const key = keys.SigningKey(from, to);
  if (key != nullptr) return std::unique_ptr<ContextMinter>(new ContextMinter(*key, clock, sessions));
  return errors::WrongState(
      "no key", "The file of context keys needs a line from " + std::string(from) + " to " + std::string(to) + ".");
}

absl::StatusOr<std::shared_ptr<const std::string>> ContextMinter::Mint(const Caller& caller) const {
  if (caller.is_public()) return nullptr;
  const Session& session = caller.session();
  const absl::Time now = clock_.Now();
  if (session.expire_time <= now) return errors::CredentialsRequired();
  // A session's grants only change with the version. Without a session nothing says that two callers are the same.
  const bool kept = !session.id.empty();
  std::string name = session.id;
  name.append(1, '\0').append(std::to_string(session.rights_version)).append(1, '\0').append(caller.principal());
  if (kept) {
    if (auto found = minted_.Find(name, now)) return *std::move(found);
  }
  const absl::Time expire_time = std::min(now + kContextLifetime, session.expire_time);
  auto context = std::make_shared<std::string>();
  const bool fits = AppendContext(key_.id, key_.to, expire_time, caller, context.get());
  AppendMac(key_, context.get());
  if (!fits || context->size() > kContextBytesMax) {
    return errors::SizeLimit("The list of what this caller may do", static_cast<int64_t>(kContextBytesMax),
                             static_cast<int64_t>(context->size()));
  }
  if (kept) minted_.Put(name, context, std::min(now + kSentAgainFor, expire_time));
  return context;
}

ContextVerifier::ContextVerifier(const ContextKeys& keys, std::string audience, const Clock& clock, size_t contexts)
    : audience_(std::move(audience)), keys_(Copies(keys.KeysTo(audience_))), clock_(clock), seen_(contexts) {}

absl::StatusOr<Caller> ContextVerifier::Verify(std::string_view context, std::string_view peer) const {
  if (context.empty()) return Caller();
  const absl::Time now = clock_.Now();
  if (const auto seen = seen_.Find(context, now)) {
    return PeerFits(peer, *seen->key) ? seen->caller : absl::StatusOr<Caller>(errors::CredentialsRequired());
  }
  if (context.size() > kContextBytesMax || context.size() <= kMacBytes) return errors::CredentialsRequired();
  const std::string_view signed_bytes = context.substr(0, context.size() - kMacBytes);
  const std::string_view mac = context.substr(signed_bytes.size());
  const std::string_view id = KeyIdOf(signed_bytes);
  for (const ContextKey& key : keys_) {  // two programs may use the same id
    if (key.id != id || !MacIsRight(key, signed_bytes, mac)) continue;
    const std::optional<ContextFields> fields = ParseContext(signed_bytes);
    if (!fields.has_value() || fields->audience != audience_ || !PeerFits(peer, key) ||
        !MayVouch(key, fields->caller)) {
      break;
    }
    if (fields->expire_time <= now || fields->expire_time > now + kContextLifetime + kSkewMax) {
      return errors::ContextOutdated();
    }
    seen_.Put(context, {fields->caller, &key}, fields->expire_time);
    return fields->caller;
  }
  return errors::CredentialsRequired();
}

}  // namespace schutznetz::access
