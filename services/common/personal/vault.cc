#include "services/common/personal/vault.h"

#include <sodium.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <vector>

#include "absl/strings/escaping.h"
#include "google/protobuf/descriptor.h"
#include "schutznetz/common/v1/field_options.pb.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/personal/personal_store.h"

namespace schutznetz::personal {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr size_t kKeyBytes = 32;

std::string KeyPurpose(std::string_view person) { return "data-key/" + std::string(person); }
std::string PartPurpose(const record::RecordKey& key) { return key.kind + "/" + key.id; }

// The personal fields that are set; nested messages are personal as a whole or not at all.
std::vector<const FieldDescriptor*> PersonalFields(const Message& resource) {
  std::vector<const FieldDescriptor*> set;
  resource.GetReflection()->ListFields(resource, &set);
  std::erase_if(set, [](const FieldDescriptor* field) { return !field->options().GetExtension(common::v1::personal); });
  return set;
}

// A sealer of this key, which is overwritten.
absl::StatusOr<rpc::Sealer> SealerOf(std::string key) {
  std::string text = absl::BytesToHexString(key);
  sodium_memzero(key.data(), key.size());
  absl::StatusOr<rpc::Sealer> sealer = rpc::Sealer::FromKeyText(text);
  sodium_memzero(text.data(), text.size());
  return sealer;
}

// Seals the personal fields and returns the bytes of the others.
absl::StatusOr<std::string> PutParts(storage::Transaction& tx, const record::RecordKey& key, std::string_view person,
                                     const rpc::Sealer& sealer, const Message& resource) {
  std::unique_ptr<Message> open(resource.New());
  std::unique_ptr<Message> closed(resource.New());
  open->CopyFrom(resource);
  closed->CopyFrom(resource);
  std::vector<const FieldDescriptor*> all;
  resource.GetReflection()->ListFields(resource, &all);
  for (const FieldDescriptor* field : all) {
    const bool is_personal = field->options().GetExtension(common::v1::personal);
    Message& without = is_personal ? *open : *closed;
    without.GetReflection()->ClearField(&without, field);
  }
  const std::string sealed = sealer.Seal(PartPurpose(key), closed->SerializeAsString());
  RETURN_IF_ERROR(PutSealed(tx, key, {std::string(person), sealed}));
  return open->SerializeAsString();
}

}  // namespace

absl::StatusOr<rpc::Sealer> Vault::NewKey(storage::Transaction& tx, std::string_view person) const {
  if (sodium_init() < 0) std::abort();  // no source of random bits: nothing may go on
  std::string key(kKeyBytes, '\0');
  randombytes_buf(key.data(), key.size());
  RETURN_IF_ERROR(AddDataKey(tx, person, wrapping_.Seal(KeyPurpose(person), key)));
  return SealerOf(std::move(key));
}

absl::Status Vault::MakeKey(storage::Transaction& tx, std::string_view person) const {
  return NewKey(tx, person).status();
}

absl::StatusOr<rpc::Sealer> Vault::KeyOf(storage::ReadTransaction& tx, std::string_view person) const {
  ASSIGN_OR_RETURN(const std::optional<std::string> wrapped, DataKey(tx, person));
  if (!wrapped) return errors::Internal("a person has no key");
  std::optional<std::string> key = wrapping_.OpenStored(KeyPurpose(person), *wrapped);
  if (!key) return absl::DataLossError("the key of a person cannot be unwrapped: is the wrapping key the right one?");
  return SealerOf(*std::move(key));
}

absl::StatusOr<std::string> Vault::Put(storage::Transaction& tx, const record::RecordKey& key, std::string_view person,
                                       const Message& resource) const {
  if (PersonalFields(resource).empty()) return resource.SerializeAsString();
  ASSIGN_OR_RETURN(const rpc::Sealer sealer, KeyOf(tx, person));
  return PutParts(tx, key, person, sealer, resource);
}

absl::StatusOr<std::string> Vault::PutWithNewKey(storage::Transaction& tx, const record::RecordKey& key,
                                                 std::string_view person, const Message& resource) const {
  ASSIGN_OR_RETURN(const rpc::Sealer sealer, NewKey(tx, person));
  return PutParts(tx, key, person, sealer, resource);
}

absl::Status Vault::Complete(storage::ReadTransaction& tx, const record::RecordKey& key, Message* resource) const {
  ASSIGN_OR_RETURN(const std::optional<SealedPart> part, Sealed(tx, key));
  if (!part) return absl::OkStatus();
  ASSIGN_OR_RETURN(const rpc::Sealer sealer, KeyOf(tx, part->key_id));
  const std::optional<std::string> opened = sealer.OpenStored(PartPurpose(key), part->sealed);
  if (!opened || !resource->MergeFromString(*opened)) return absl::DataLossError("a personal part cannot be opened");
  return absl::OkStatus();
}

}  // namespace schutznetz::personal
