// What fields mean, in the words of the contract: the comments of the proto files, which travel inside the program.
#pragma once

#include <string>

#include "google/protobuf/descriptor.h"
#include "schutznetz/exchange/v1/member_archive.pb.h"

namespace schutznetz::exchange {

// Adds an entry for every field of `message`, its path being "<prefix>.<jsonName>"; messages of ours inside it follow
// with their own fields. Thread safe.
void AddFieldDescriptions(const std::string& prefix, const google::protobuf::Descriptor& message,
                          v1::MemberArchive* archive);

}  // namespace schutznetz::exchange
