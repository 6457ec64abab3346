#include "services/common/access/context_codec.h"

#include <cstring>

namespace schutznetz::access {
namespace {

constexpr char kVersion = 1;
constexpr size_t kTextBytesMax = 128;
constexpr size_t kPrincipalBytesMax = 255;
constexpr size_t kKeyIdBytesMax = 32;

// A list of the grants: where it is, how long it may be, and the collection that its names all begin with.
struct ListForm {
  std::vector<std::string> Grants::*list;
  size_t count_max;
  std::string_view collection;
};
constexpr ListForm kLists[] = {
    {&Grants::lands, 16, "lands/"},
    {&Grants::networks, 64, "networks/"},
    {&Grants::coordinated_networks, 64, "networks/"},
    {&Grants::rooms, 64, "rooms/"},
    {&Grants::scopes, 32, ""},
};

bool AppendText(std::string_view text, size_t bytes_max, std::string* out) {
  if (text.size() > bytes_max) return false;
  out->push_back(static_cast<char>(text.size()));
  out->append(text);
  return true;
}

void AppendNumber(int64_t number, std::string* out) {
  auto bits = static_cast<uint64_t>(number);
  for (int i = 0; i < 8; ++i, bits >>= 8) out->push_back(static_cast<char>(bits & 0xFF));
}

bool AppendList(const ListForm& form, const Grants& grants, std::string* out) {
  const std::vector<std::string>& list = grants.*form.list;
  if (list.size() > form.count_max) return false;
  out->push_back(static_cast<char>(list.size()));
  for (const std::string& name : list) {
    if (!std::string_view(name).starts_with(form.collection)) return false;
    if (!AppendText(std::string_view(name).substr(form.collection.size()), kTextBytesMax, out)) return false;
  }
  return true;
}

// Reads from the front; once something is missing, everything is.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  uint8_t Byte() {
    const std::string_view byte = Take(1);
    return byte.empty() ? 0 : static_cast<uint8_t>(byte[0]);
  }
  std::string_view Text(size_t bytes_max) {
    const size_t size = Byte();
    if (size > bytes_max) ok_ = false;
    return Take(size);
  }
  int64_t Number() {
    const std::string_view bytes = Take(8);
    uint64_t bits = 0;
    for (size_t i = bytes.size(); i > 0; --i) bits = bits << 8 | static_cast<uint8_t>(bytes[i - 1]);
    return static_cast<int64_t>(bits);
  }
  void List(const ListForm& form, Grants* grants) {
    const size_t count = Byte();
    if (count > form.count_max) ok_ = false;
    for (size_t i = 0; ok_ && i < count; ++i) {
      const std::string_view name = Text(kTextBytesMax);
      if (name.empty()) ok_ = false;
      (grants->*form.list).push_back(std::string(form.collection).append(name));
    }
  }
  bool done() const { return ok_ && rest_.empty(); }

 private:
  std::string_view Take(size_t size) {
    if (!ok_ || rest_.size() < size) {
      ok_ = false;
      return {};
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace

bool AppendContext(std::string_view key_id, std::string_view audience, absl::Time expire_time, const Caller& caller,
                   std::string* out) {
  out->push_back(kVersion);
  bool fits = AppendText(key_id, kKeyIdBytesMax, out) && AppendText(audience, kTextBytesMax, out);
  AppendNumber(absl::ToUnixMicros(expire_time), out);
  AppendNumber(caller.rights_version(), out);
  fits = fits && AppendText(caller.session().id, kTextBytesMax, out) &&
         AppendText(caller.principal(), kPrincipalBytesMax, out);
  out->push_back(static_cast<char>(caller.grants().roles.bits()));
  for (const ListForm& form : kLists) fits = fits && AppendList(form, caller.grants(), out);
  return fits;
}

std::string_view KeyIdOf(std::string_view bytes) {
  Reader reader(bytes);
  return reader.Byte() == kVersion ? reader.Text(kKeyIdBytesMax) : std::string_view();
}

std::optional<ContextFields> ParseContext(std::string_view bytes) {
  Reader reader(bytes);
  if (reader.Byte() != kVersion) return std::nullopt;
  ContextFields fields;
  fields.key_id = reader.Text(kKeyIdBytesMax);
  fields.audience = reader.Text(kTextBytesMax);
  fields.expire_time = absl::FromUnixMicros(reader.Number());
  Session session;
  session.rights_version = reader.Number();
  session.expire_time = fields.expire_time;
  session.id = std::string(reader.Text(kTextBytesMax));
  std::string principal(reader.Text(kPrincipalBytesMax));
  Grants grants;
  grants.roles = RoleSet::OfBits(reader.Byte());
  for (const ListForm& form : kLists) reader.List(form, &grants);
  if (!reader.done() || principal.empty()) return std::nullopt;
  fields.caller = Caller::Granted(std::move(principal), std::move(grants), std::move(session));
  return fields;
}

}  // namespace schutznetz::access
