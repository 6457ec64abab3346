// Who calls. Built once per call by the guard chain, read by rules, domain and projection.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"

namespace schutznetz::access {

// The roles of ARCHITECTURE section 5. PUBLIC is the absence of all; INTERNAL is held by programs, never by people.
enum class Role : uint8_t { kProfessional, kMember, kCoordinator, kEditor, kModerator, kPartner, kOperator, kInternal };
inline constexpr unsigned kRoleCount = 8;

// A set of roles. A plain value.
class RoleSet {
 public:
  constexpr RoleSet() = default;
  constexpr RoleSet(std::initializer_list<Role> roles) {
    for (Role role : roles) bits_ |= Bit(role);
  }
  // The set whose bits() these are: bit n is the n-th role.
  static constexpr RoleSet OfBits(uint8_t bits) {
    RoleSet set;
    set.bits_ = bits;
    return set;
  }
  constexpr bool Has(Role role) const { return (bits_ & Bit(role)) != 0; }
  constexpr bool HasAny(RoleSet other) const { return (bits_ & other.bits_) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr uint8_t bits() const { return bits_; }
  constexpr void Add(Role role) { bits_ |= Bit(role); }
  friend constexpr bool operator==(RoleSet a, RoleSet b) { return a.bits_ == b.bits_; }

 private:
  static constexpr uint8_t Bit(Role role) { return static_cast<uint8_t>(1u << static_cast<unsigned>(role)); }
  uint8_t bits_ = 0;
};

// Where roles hold. Empty lists mean: nowhere, not everywhere.
struct Grants {
  RoleSet roles;
  std::vector<std::string> lands;                 // resource names, for editors
  std::vector<std::string> networks;              // for members and coordinators
  std::vector<std::string> rooms;                 // for moderators
  std::vector<std::string> coordinated_networks;  // for coordinators; each is in `networks` too
  std::vector<std::string> scopes;                // of partner systems, for example "restricted.read"
};

// Under which proof and until when grants were looked up.
struct Session {
  std::string id;                                   // opaque, one per credential; empty: made without one
  int64_t rights_version = 0;                       // of the exchange server when the grants were read
  absl::Time expire_time = absl::InfiniteFuture();  // when the credential or the first of the grants ends
};

// A caller. Immutable and shared: copying costs one counter. The default is the public: no roles, no rights.
class Caller {
 public:
  Caller() = default;
  // A person or partner system that the gateway vouches for, or a program. `principal` is a stable opaque id.
  static Caller Granted(std::string principal, Grants grants, Session session = {});
  // This program itself, calling another one: principal "programs/<name>", role INTERNAL.
  static Caller Program(std::string_view name);

  bool is_public() const { return state_ == nullptr; }
  const Grants& grants() const;
  const Session& session() const;
  int64_t rights_version() const { return session().rights_version; }
  // Scope of idempotency keys and rate limits: "public" or the opaque id. Never a name.
  const std::string& principal() const;

 private:
  struct State {
    std::string principal;
    Grants grants;
    Session session;
  };
  static const State& PublicState();
  explicit Caller(State state) : state_(std::make_shared<const State>(std::move(state))) {}

  std::shared_ptr<const State> state_;  // null: the public
};

}  // namespace schutznetz::access
