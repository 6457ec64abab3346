#include "gateway/routing/path_template.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "services/common/errors/macros.h"

namespace schutznetz::gateway {
namespace {

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
// What may stand in a path without percent-encoding, but for ':' and '*', which have a meaning here.
bool IsLiteral(char c) { return IsLetter(c) || IsDigit(c) || c == '-' || c == '.' || c == '~' || c == '@'; }

//   Template  = "/" Segments [ ":" LITERAL ]
//   Segments  = Segment { "/" Segment }
//   Segment   = "*" | "**" | LITERAL | Variable
//   Variable  = "{" FieldPath [ "=" Segments ] "}"
class TemplateParser {
 public:
  explicit TemplateParser(std::string_view text) : text_(text) {}

  absl::StatusOr<PathTemplate> Parse() {
    if (!Take('/')) return Fault("must begin with '/'");
    RETURN_IF_ERROR(Segments(false));
    if (Take(':')) {
      ASSIGN_OR_RETURN(result_.verb, Literal());
    }
    if (at_ != text_.size()) return Fault("unexpected character");
    return std::move(result_);
  }

 private:
  bool Take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  absl::Status Fault(std::string_view why) const {
    return absl::InvalidArgumentError(
        absl::StrCat("path template ", std::string(text_), " at ", at_, ": ", std::string(why)));
  }

  absl::Status Segments(bool in_variable) {
    do {
      if (!result_.segments.empty() && result_.segments.back().kind == TemplateSegment::Kind::kRest) {
        return Fault("\"**\" must be the last segment");
      }
      RETURN_IF_ERROR(Segment(in_variable));
    } while (Take('/'));
    return absl::OkStatus();
  }

  absl::Status Segment(bool in_variable) {
    if (Take('{')) return in_variable ? Fault("a variable inside a variable") : Variable();
    TemplateSegment segment;
    if (Take('*')) {
      segment.kind = Take('*') ? TemplateSegment::Kind::kRest : TemplateSegment::Kind::kOne;
    } else {
      ASSIGN_OR_RETURN(segment.literal, Literal());
    }
    result_.segments.push_back(std::move(segment));
    return absl::OkStatus();
  }

  absl::Status Variable() {
    TemplateVariable variable;
    ASSIGN_OR_RETURN(variable.field_path, FieldPath());
    variable.first_segment = result_.segments.size();
    if (Take('=')) {
      RETURN_IF_ERROR(Segments(true));
    } else {
      result_.segments.push_back({.kind = TemplateSegment::Kind::kOne});
    }
    if (!Take('}')) return Fault("expected '}'");
    variable.segment_count = result_.segments.size() - variable.first_segment;
    variable.to_end = result_.segments.back().kind == TemplateSegment::Kind::kRest;
    for (const TemplateVariable& other : result_.variables) {
      if (other.field_path == variable.field_path) return Fault("the same variable twice");
    }
    result_.variables.push_back(std::move(variable));
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> Literal() {
    const size_t begin = at_;
    while (at_ < text_.size() && IsLiteral(text_[at_])) ++at_;
    const std::string literal(text_.substr(begin, at_ - begin));
    if (literal.empty()) return Fault("expected a segment");
    if (literal == "." || literal == "..") return Fault("dot segments never match");
    return literal;
  }

  absl::StatusOr<std::string> FieldPath() {
    const size_t begin = at_;
    do {
      if (at_ == text_.size() || !IsLetter(text_[at_])) return Fault("expected a field name");
      while (at_ < text_.size() && (IsLetter(text_[at_]) || IsDigit(text_[at_]))) ++at_;
    } while (Take('.'));
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string_view text_;
  size_t at_ = 0;
  PathTemplate result_;
};

}  // namespace

absl::StatusOr<PathTemplate> ParsePathTemplate(std::string_view text) { return TemplateParser(text).Parse(); }

}  // namespace schutznetz::gateway
