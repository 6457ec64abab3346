#include "services/exchange/domain/vault.h"

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

namespace schutznetz::exchange {
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

}  // namespace

absl::Status Vault::MakeKey(storage::Transaction& tx, std::string_view person) const {
  if (sodium_init() < 0) std::abort();  // no source of random bits: nothing may go on
  std::string key(kKeyBytes, '\0');
  randombytes_buf(key.data(), key.size());
  const std::string wrapped = wrapping_.Seal(KeyPurpose(person), key);
  sodium_memzero(key.data(), key.size());
  return store_.AddDataKey(tx, person, wrapped);
}

absl::StatusOr<rpc::Sealer> Vault::KeyOf(storage::ReadTransaction& tx, std::string_view person) const {
  ASSIGN_OR_RETURN(const std::optional<std::string> wrapped, store_.DataKey(tx, person));
  if (!wrapped) return errors::Internal("a person has no key");
  std::optional<std::string> key = wrapping_.Open(KeyPurpose(person), *wrapped);
  if (!key) return absl::DataLossError("the key of a person cannot be unwrapped: is the wrapping key the right one?");
  std::string text = absl::BytesToHexString(*key);
  sodium_memzero(key->data(), key->size());
  absl::StatusOr<rpc::Sealer> sealer = rpc::Sealer::FromKeyText(text);
  sodium_memzero(text.data(), text.size());
  return sealer;
}

absl::StatusOr<std::string> Vault::Put(storage::Transaction& tx, const record::RecordKey& key, std::string_view person,
                                       const Message& resource) const {
  const std::vector<const FieldDescriptor*> personal = PersonalFields(resource);
  if (personal.empty()) return resource.SerializeAsString();
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
  ASSIGN_OR_RETURN(const rpc::Sealer sealer, KeyOf(tx, person));
  const std::string sealed = sealer.Seal(PartPurpose(key), closed->SerializeAsString());
  RETURN_IF_ERROR(store_.PutSealed(tx, key, {std::string(person), sealed}));
  return open->SerializeAsString();
}

absl::Status Vault::Complete(storage::ReadTransaction& tx, const record::RecordKey& key, Message* resource) const {
  ASSIGN_OR_RETURN(const std::optional<SealedPart> part, store_.Sealed(tx, key));
  if (!part) return absl::OkStatus();
  ASSIGN_OR_RETURN(const rpc::Sealer sealer, KeyOf(tx, part->key_id));
  const std::optional<std::string> opened = sealer.Open(PartPurpose(key), part->sealed);
  if (!opened || !resource->MergeFromString(*opened)) return absl::DataLossError("a personal part cannot be opened");
  return absl::OkStatus();
}

}  // namespace schutznetz::exchange
