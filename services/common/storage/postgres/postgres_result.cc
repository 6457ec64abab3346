#include "services/common/storage/postgres/postgres_result.h"

#include <endian.h>

#include <bit>
#include <cstdlib>
#include <cstring>

#include "services/common/errors/errors.h"

namespace schutznetz::storage::postgres {
namespace {

// From pg_type.dat; they never change.
constexpr Oid kBool = 16, kBytea = 17, kName = 19, kInt8 = 20, kInt2 = 21, kInt4 = 23, kText = 25, kFloat4 = 700,
              kFloat8 = 701, kBpchar = 1042, kVarchar = 1043;
constexpr int kBinary = 1;

class ResultRow final : public Row {
 public:
  explicit ResultRow(const PGresult* result) : result_(result) {}

  void MoveTo(int row) { row_ = row; }
  bool misread() const { return misread_; }

  bool IsNull(int column) const override { return !Exists(column) || PQgetisnull(result_, row_, column) != 0; }

  int64_t Int(int column) const override {
    if (IsNull(column)) return 0;
    switch (PQftype(result_, column)) {
      case kInt8:
        return static_cast<int64_t>(be64toh(Load<uint64_t>(column)));
      case kInt4:
        return static_cast<int32_t>(be32toh(Load<uint32_t>(column)));
      case kInt2:
        return static_cast<int16_t>(be16toh(Load<uint16_t>(column)));
      case kBool:
        return Load<uint8_t>(column);
      default:
        return Misread<int64_t>();
    }
  }

  double Double(int column) const override {
    if (IsNull(column)) return 0.0;
    switch (PQftype(result_, column)) {
      case kFloat8:
        return std::bit_cast<double>(be64toh(Load<uint64_t>(column)));
      case kFloat4:
        return std::bit_cast<float>(be32toh(Load<uint32_t>(column)));
      default:
        return static_cast<double>(Int(column));
    }
  }

  std::string_view Text(int column) const override {
    if (IsNull(column)) return {};
    switch (PQftype(result_, column)) {
      case kText:
      case kVarchar:
      case kBpchar:
      case kName:
        return Bytes(column);
      default:
        return Misread<std::string_view>();
    }
  }

  std::string_view Blob(int column) const override {
    if (IsNull(column)) return {};
    return PQftype(result_, column) == kBytea ? Bytes(column) : Misread<std::string_view>();
  }

 private:
  bool Exists(int column) const {
    if (column >= 0 && column < PQnfields(result_)) return true;
    misread_ = true;
    return false;
  }
  template <typename T>
  T Misread() const {
    misread_ = true;
    return T{};
  }
  template <typename T>
  T Load(int column) const {
    T value{};
    std::memcpy(&value, PQgetvalue(result_, row_, column), sizeof value);
    return value;
  }
  std::string_view Bytes(int column) const {
    return {PQgetvalue(result_, row_, column), static_cast<size_t>(PQgetlength(result_, row_, column))};
  }

  const PGresult* result_;
  int row_ = 0;
  mutable bool misread_ = false;
};

}  // namespace

absl::Status ForEachRow(const PGresult* result, RowCallback row, absl::Status& refusal) {
  ResultRow current(result);
  for (int i = 0; i < PQntuples(result); ++i) {
    current.MoveTo(i);
    refusal = row(current);
    if (current.misread()) return errors::Internal("A column was read as another type than it has.");
    if (!refusal.ok()) break;
  }
  return absl::OkStatus();
}

int64_t AffectedRows(PGresult* result) {
  const std::string_view command = PQcmdStatus(result);
  if (!command.starts_with("INSERT") && !command.starts_with("UPDATE") && !command.starts_with("DELETE")) return 0;
  return std::atoll(PQcmdTuples(result));
}

Parameters::Parameters(Values values) {
  numbers_.reserve(values.size());
  for (const Value& value : values) {
    const Value::Variant& variant = value.variant();
    if (const auto* number = std::get_if<int64_t>(&variant)) {
      numbers_.push_back(htobe64(static_cast<uint64_t>(*number)));
      Add(kInt8, 'i', reinterpret_cast<const char*>(&numbers_.back()), sizeof(uint64_t));
    } else if (const auto* real = std::get_if<double>(&variant)) {
      numbers_.push_back(htobe64(std::bit_cast<uint64_t>(*real)));
      Add(kFloat8, 'd', reinterpret_cast<const char*>(&numbers_.back()), sizeof(uint64_t));
    } else if (const auto* text = std::get_if<std::string_view>(&variant)) {
      Add(kText, 't', text->data() != nullptr ? text->data() : "", text->size());
    } else if (const auto* blob = std::get_if<Blob>(&variant)) {
      Add(kBytea, 'b', blob->bytes.data() != nullptr ? blob->bytes.data() : "", blob->bytes.size());
    } else {
      Add(InvalidOid, 'n', nullptr, 0);  // NULL: the server finds the type
    }
  }
}

void Parameters::Add(Oid type, char letter, const char* data, size_t length) {
  types_.push_back(type);
  data_.push_back(data);
  lengths_.push_back(static_cast<int>(length));
  formats_.push_back(kBinary);
  signature_.push_back(letter);
}

}  // namespace schutznetz::storage::postgres
