// The caller context: by which the gateway tells a server who calls (ARCHITECTURE section 5).
//
// It travels as metadata `schutznetz-caller-bin`; absent means the public. It is bytes under HMAC-SHA-256 with the key
// of the pair (context_keys.h), good for one audience and at most 60 s. Replay inside the channel between two programs
// is accepted: the channel is mTLS or loopback.
//
//   byte      version, 1
//   text      id of the key                       text: one length byte, then so many bytes
//   text      audience: the server's name, "directory"
//   8 bytes   expiry, microseconds of Unix time   numbers: little endian
//   8 bytes   rights version
//   text      session
//   text      principal
//   byte      roles, bit n is the n-th of access::Role
//   list      lands, networks, coordinated networks, rooms, scopes: one count byte, then so many texts, without
//             their collection ("lands/" …)
//   32 bytes  HMAC-SHA-256 of all before
//
// Limits: 4,096 bytes in all; texts of 128 bytes (255 of a principal); 16 lands, 64 networks, 64 rooms, 32 scopes.
//
// Who may vouch for whom: keys of the gateway for people and partner systems; a key of any program, the gateway
// included, for that program alone ("programs/<from>" with exactly the role INTERNAL). So a server that is taken over
// cannot speak for a person.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/common/access/caller.h"
#include "services/common/access/context_keys.h"
#include "services/common/access/expiring_cache.h"
#include "services/common/time/clock.h"

namespace schutznetz::access {

inline constexpr char kCallerMetadata[] = "schutznetz-caller-bin";
inline constexpr char kGatewayName[] = "gateway";
inline constexpr size_t kContextBytesMax = 4096;
inline constexpr absl::Duration kContextLifetime = absl::Seconds(60);

// Makes contexts for one server. Thread safe.
class ContextMinter {
 public:
  // `keys` need not outlive it, `clock` must. FAILED_PRECONDITION: there is no key for the pair. `sessions`: how many
  // contexts are kept to be sent again.
  static absl::StatusOr<std::unique_ptr<ContextMinter>> Create(const ContextKeys& keys, std::string_view from,
                                                               std::string_view to, const Clock& clock,
                                                               size_t sessions = 32'768);

  // The bytes of `caller`; the same ones for 30 s per session and rights version (callers without a session get
  // new ones each time). Null for the public.
  // RESOURCE_EXHAUSTED (SIZE_LIMIT): more grants than the format holds. UNAUTHENTICATED (CREDENTIALS_REQUIRED): the
  // caller's session is over.
  absl::StatusOr<std::shared_ptr<const std::string>> Mint(const Caller& caller) const;

 private:
  ContextMinter(ContextKey key, const Clock& clock, size_t sessions)
      : key_(std::move(key)), clock_(clock), minted_(sessions) {}

  const ContextKey key_;
  const Clock& clock_;
  mutable ExpiringCache<std::shared_ptr<const std::string>> minted_;
};

// Reads contexts that were made for this server. Thread safe.
class ContextVerifier {
 public:
  // `audience` is this server's name. `keys` need not outlive it, `clock` must. `contexts`: how many are remembered.
  ContextVerifier(const ContextKeys& keys, std::string audience, const Clock& clock, size_t contexts = 32'768);

  // The caller of `context`, the public when it is empty. `peer`: the name of the program at the other end as mTLS
  // proved it; empty without mTLS (loopback). A context seen before costs a look-up of its bytes.
  //
  // UNAUTHENTICATED (CREDENTIALS_REQUIRED): not made by a program that may vouch for this caller here; too long, not of
  // the form above, another audience, another peer than the key's, a wrong MAC. UNAUTHENTICATED (CONTEXT_OUTDATED): the
  // time is over, or it claims to be good for longer than it may.
  absl::StatusOr<Caller> Verify(std::string_view context, std::string_view peer = {}) const;

 private:
  struct Seen {
    Caller caller;
    const ContextKey* key = nullptr;
  };
  const std::string audience_;
  const std::vector<ContextKey> keys_;
  const Clock& clock_;
  mutable ExpiringCache<Seen> seen_;
};

}  // namespace schutznetz::access
