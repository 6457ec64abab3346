// Who calls. Built once per call by the guard chain, read by rules, domain and projection.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace schutznetz::access {

// The roles of ARCHITECTURE section 5. PUBLIC is the absence of all.
enum class Role : uint8_t { kProfessional, kMember, kCoordinator, kEditor, kModerator, kPartner, kOperator };

// A set of roles. A plain value.
class RoleSet {
 public:
  constexpr RoleSet() = default;
  constexpr RoleSet(std::initializer_list<Role> roles) {
    for (Role role : roles) bits_ |= Bit(role);
  }
  constexpr bool Has(Role role) const { return (bits_ & Bit(role)) != 0; }
  constexpr bool HasAny(RoleSet other) const { return (bits_ & other.bits_) != 0; }
  friend constexpr bool operator==(RoleSet a, RoleSet b) { return a.bits_ == b.bits_; }

 private:
  static constexpr uint8_t Bit(Role role) { return static_cast<uint8_t>(1u << static_cast<unsigned>(role)); }
  uint8_t bits_ = 0;
};

// Where roles hold. Empty lists mean: nowhere, not everywhere.
struct Grants {
  RoleSet roles;
  std::vector<std::string> lands;     // resource names, for editors
  std::vector<std::string> networks;  // for members and coordinators
  std::vector<std::string> rooms;     // for moderators
};

// A caller. Copying is cheap for the two kinds of this version; a call holds it by const reference.
// The default is the public: no roles, no rights.
class Caller {
 public:
  Caller() = default;
  // The holder of the local operator token: sees and may do everything. Goes away when identity arrives.
  static Caller LocalOperator();
  // A person or partner system that the gateway vouches for. `principal` is a stable opaque id.
  static Caller Granted(std::string principal, Grants grants);

  bool is_public() const { return principal_.empty(); }
  // Every rule passes and every level is visible.
  bool is_local_operator() const { return is_local_operator_; }
  const Grants& grants() const { return grants_; }
  // Scope of idempotency keys and rate limits: "public", "local-operator" or the opaque id. Never a name.
  const std::string& principal() const;

 private:
  std::string principal_;
  bool is_local_operator_ = false;
  Grants grants_;
};

}  // namespace schutznetz::access
