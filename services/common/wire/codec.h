// Reading and writing the protobuf wire format, byte by byte. Internal to wire/ and to those who walk its bytes.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "services/common/wire/table.h"

namespace schutznetz::wire {

// Bytes a varint takes.
constexpr int VarintSize(uint64_t value) { return (std::bit_width(value | 1) + 6) / 7; }

// Writes a varint at `to` (10 bytes of room) and returns the end.
inline char* WriteVarint(uint64_t value, char* to) {
  while (value >= 0x80) {
    *to++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *to++ = static_cast<char>(value);
  return to;
}

constexpr uint64_t ZigZag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}
constexpr int64_t UnZigZag(uint64_t value) { return static_cast<int64_t>((value >> 1) ^ (~(value & 1) + 1)); }

// The value of one field as it stands on the wire.
struct WireValue {
  uint32_t number = 0;
  WireType type = WireType::kVarint;
  uint64_t scalar = 0;     // varint and fixed
  std::string_view bytes;  // length-delimited
};

// Walks over the fields of one message. Every call returns false on malformed bytes.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool done() const { return at_ == end_; }
  const char* position() const { return at_; }

  bool ReadVarint(uint64_t* value) {
    if (at_ != end_ && static_cast<uint8_t>(*at_) < 0x80) {
      *value = static_cast<uint8_t>(*at_++);
      return true;
    }
    if (end_ - at_ >= 2 && static_cast<uint8_t>(at_[1]) < 0x80) {  // most tags and lengths
      *value = (static_cast<uint8_t>(at_[0]) & 0x7fu) | static_cast<uint64_t>(static_cast<uint8_t>(at_[1])) << 7;
      at_ += 2;
      return true;
    }
    return ReadLongVarint(value);
  }

  // The number and type of the next field, and its value.
  bool Next(WireValue* value) {
    uint64_t tag;
    if (!ReadVarint(&tag) || tag > UINT32_MAX) return false;
    value->number = static_cast<uint32_t>(tag >> 3);
    value->type = static_cast<WireType>(tag & 7);
    return value->number != 0 && ReadValue(value);
  }

  // One element of a packed field.
  bool NextPacked(WireType type, WireValue* value) {
    value->type = type;
    return type != WireType::kBytes && ReadValue(value);
  }

  // Steps over the tag if it comes next.
  bool Accept(std::string_view tag) {
    if (static_cast<size_t>(end_ - at_) < tag.size()) return false;
    for (size_t i = 0; i < tag.size(); ++i) {  // one or two bytes
      if (at_[i] != tag[i]) return false;
    }
    at_ += tag.size();
    return true;
  }

  bool ReadValue(WireValue* value) {
    switch (value->type) {
      case WireType::kVarint:
        return ReadVarint(&value->scalar);
      case WireType::kFixed64:
        return ReadFixed<uint64_t>(&value->scalar);
      case WireType::kFixed32:
        return ReadFixed<uint32_t>(&value->scalar);
      case WireType::kBytes:
        return ReadBytes(&value->bytes);
    }
    return false;  // groups and undefined types
  }

  bool ReadBytes(std::string_view* bytes) {
    uint64_t size;
    if (!ReadVarint(&size) || size > static_cast<uint64_t>(end_ - at_)) return false;
    *bytes = std::string_view(at_, size);
    at_ += size;
    return true;
  }

 private:
  [[gnu::noinline]] bool ReadLongVarint(uint64_t* value) {
    uint64_t result = 0;
    for (int shift = 0; shift < 70 && at_ != end_; shift += 7) {
      const uint8_t byte = static_cast<uint8_t>(*at_++);
      result |= static_cast<uint64_t>(byte & 0x7f) << (shift & 63);
      if (byte < 0x80) {
        *value = result;
        return shift < 63 || byte <= 1;
      }
    }
    return false;
  }

  template <typename T>
  bool ReadFixed(uint64_t* value) {
    if (static_cast<size_t>(end_ - at_) < sizeof(T)) return false;
    T fixed;
    std::memcpy(&fixed, at_, sizeof(T));  // the wire is little endian, and so is every supported machine
    static_assert(std::endian::native == std::endian::little);
    at_ += sizeof(T);
    *value = fixed;
    return true;
  }

  const char* at_;
  const char* end_;
};

// Whether a value of this wire type can be one of `field`: its own type, or the packed form of a repeated scalar.
inline bool Fits(const Field& field, WireType type) {
  if (type == field.wire_type) return true;
  return type == WireType::kBytes && field.cardinality == Cardinality::kRepeated;
}

// Whether a value of this wire type is the packed form of `field`.
inline bool IsPacked(const Field& field, WireType type) {
  return type == WireType::kBytes && field.wire_type != WireType::kBytes;
}

}  // namespace schutznetz::wire
