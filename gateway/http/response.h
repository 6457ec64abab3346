// An answer on its way out: status, header fields, body. The same for every protocol.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace schutznetz::gateway {

// Header fields in the order they were added. Names are literals in lower case. Reused from request to request, so that
// nothing is allocated after the first ones.
class HeaderBlock {
 public:
  // Copies the value. CR, LF and NUL must not be in it: whatever comes from elsewhere is checked where it enters.
  void Add(std::string_view literal_name, std::string_view value);
  // For values that outlive the response.
  void AddLiteral(std::string_view literal_name, std::string_view literal_value);
  // The value of the first field of this name, or empty.
  std::string_view Find(std::string_view name) const;
  // Replaces all fields of this name by one.
  void Set(std::string_view literal_name, std::string_view value);
  void Remove(std::string_view name);
  void Clear();

  template <typename Visit>
  void ForEach(Visit visit) const {
    for (const Entry& entry : entries_) visit(entry.name, ValueOf(entry));
  }

 private:
  struct Entry {
    std::string_view name;
    const char* literal;  // null: in text_ from offset
    uint32_t offset;
    uint32_t size;
  };
  std::string_view ValueOf(const Entry& entry) const {
    return entry.literal != nullptr ? std::string_view(entry.literal, entry.size)
                                    : std::string_view(text_).substr(entry.offset, entry.size);
  }

  std::vector<Entry> entries_;
  std::string text_;
};

// Content-Length, Date and Connection are the protocol's business and never among the headers.
struct Response {
  int status = 200;
  HeaderBlock headers;
  std::string body;
  bool close = false;      // end the connection after this answer
  bool head_only = false;  // HEAD: the length is that of `body`, which is not sent

  // 1xx, 204 and 304 have no body by definition.
  bool has_body() const { return status >= 200 && status != 204 && status != 304; }
  void Clear();
};

}  // namespace schutznetz::gateway
