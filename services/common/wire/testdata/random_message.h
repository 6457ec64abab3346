// Messages filled at random, the same for the same seed, for comparing with protobuf's own code.
#pragma once

#include <random>
#include <string>

#include "google/protobuf/message.h"

namespace schutznetz::wire::test {

// Fills messages so that they are valid in JSON: times in range, strings valid UTF-8 (umlauts, escapes and characters
// beyond the basic plane among them), no NaN or infinities, masks that survive the way to JSON and back.
class RandomMessage {
 public:
  explicit RandomMessage(uint32_t seed) : random_(seed) {}

  void Fill(google::protobuf::Message* message);

 private:
  void Fill(google::protobuf::Message* message, int depth);
  bool Chance(int percent) { return Below(100) < static_cast<uint64_t>(percent); }
  uint64_t Below(uint64_t limit) { return std::uniform_int_distribution<uint64_t>(0, limit - 1)(random_); }
  uint64_t Number();
  double Real();
  std::string Text();
  std::string Bytes();
  bool FillWellKnown(google::protobuf::Message* message);
  void FillField(google::protobuf::Message* message, const google::protobuf::FieldDescriptor* field, int depth);
  void SetSingular(google::protobuf::Message* message, const google::protobuf::FieldDescriptor* field, int depth);
  void AddElement(google::protobuf::Message* message, const google::protobuf::FieldDescriptor* field, int depth);

  std::mt19937 random_;
};

}  // namespace schutznetz::wire::test
