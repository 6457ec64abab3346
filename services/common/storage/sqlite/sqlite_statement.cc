#include "services/common/storage/sqlite/sqlite_statement.h"

#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/storage/sqlite/sqlite_status.h"

namespace schutznetz::storage::sqlite {
namespace {

class StatementRow final : public Row {
 public:
  explicit StatementRow(sqlite3_stmt* statement) : statement_(statement) {}

  bool IsNull(int column) const override { return TypeOf(column) == SQLITE_NULL; }
  int64_t Int(int column) const override {
    return Is(column, SQLITE_INTEGER) ? sqlite3_column_int64(statement_, column) : 0;
  }
  double Double(int column) const override {
    if (TypeOf(column) == SQLITE_INTEGER) return sqlite3_column_double(statement_, column);
    return Is(column, SQLITE_FLOAT) ? sqlite3_column_double(statement_, column) : 0.0;
  }
  std::string_view Text(int column) const override {
    return Is(column, SQLITE_TEXT) ? Bytes(column, sqlite3_column_text(statement_, column)) : std::string_view();
  }
  std::string_view Blob(int column) const override {
    return Is(column, SQLITE_BLOB) ? Bytes(column, sqlite3_column_blob(statement_, column)) : std::string_view();
  }

  bool misread() const { return misread_; }

 private:
  int TypeOf(int column) const {
    if (column >= 0 && column < sqlite3_column_count(statement_)) return sqlite3_column_type(statement_, column);
    misread_ = true;
    return SQLITE_NULL;
  }
  // False for NULL, and for any other type, which is remembered.
  bool Is(int column, int type) const {
    const int actual = TypeOf(column);
    if (actual != type && actual != SQLITE_NULL) misread_ = true;
    return actual == type;
  }
  std::string_view Bytes(int column, const void* data) const {
    const int size = sqlite3_column_bytes(statement_, column);
    return data == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(data), size);
  }

  sqlite3_stmt* statement_;
  mutable bool misread_ = false;
};

// Binds without copying: the values live as long as the step.
struct Binder {
  sqlite3_stmt* statement;
  int index;

  int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
  int operator()(int64_t value) const { return sqlite3_bind_int64(statement, index, value); }
  int operator()(double value) const { return sqlite3_bind_double(statement, index, value); }
  int operator()(std::string_view text) const {
    return sqlite3_bind_text64(statement, index, text.data() != nullptr ? text.data() : "", text.size(), SQLITE_STATIC,
                               SQLITE_UTF8);
  }
  int operator()(Blob blob) const {
    // A null pointer would bind NULL.
    const char* data = blob.bytes.data() != nullptr ? blob.bytes.data() : "";
    return sqlite3_bind_blob64(statement, index, data, blob.bytes.size(), SQLITE_STATIC);
  }
};

}  // namespace

absl::StatusOr<std::unique_ptr<Statement>> Statement::Prepare(sqlite3* db, std::string_view sql, bool kept) {
  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()),
                                      kept ? SQLITE_PREPARE_PERSISTENT : 0, &statement, &rest);
  if (code != SQLITE_OK) return StatusOf(db, code);
  std::unique_ptr<Statement> prepared(new Statement(statement));
  if (statement == nullptr || rest != sql.data() + sql.size()) {
    return errors::Internal("A text must hold exactly one SQL statement, without a semicolon.");
  }
  return prepared;
}

absl::Status Statement::Bind(Values values) {
  if (sqlite3_bind_parameter_count(statement_.get()) != static_cast<int>(values.size())) {
    return errors::Internal("A statement got another number of values than it has parameters.");
  }
  for (size_t i = 0; i < values.size(); ++i) {
    const auto& variant = values[i].variant();
    const auto* text = std::get_if<std::string_view>(&variant);
    if (text != nullptr && text->find('\0') != std::string_view::npos) {  // PostgreSQL cannot store it
      return errors::Internal("A text value holds a zero byte.");
    }
    const int code = std::visit(Binder{statement_.get(), static_cast<int>(i) + 1}, variant);
    if (code != SQLITE_OK) return StatusOf(sqlite3_db_handle(statement_.get()), code);
  }
  return absl::OkStatus();
}

absl::Status Statement::Step(RowCallback row, absl::Status& refusal) {
  StatementRow current(statement_.get());
  while (true) {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_DONE) return absl::OkStatus();
    if (code != SQLITE_ROW) return StatusOf(sqlite3_db_handle(statement_.get()), code);
    refusal = row(current);
    if (current.misread()) return errors::Internal("A column was read as another type than it has.");
    if (!refusal.ok()) return absl::OkStatus();
  }
}

absl::Status Statement::Run(Values values, RowCallback row, absl::Status& refusal) {
  in_use_ = true;
  absl::Status status = Bind(values);
  if (status.ok()) status = Step(row, refusal);
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());  // they point into the caller's memory
  in_use_ = false;
  return status;
}

}  // namespace schutznetz::storage::sqlite
