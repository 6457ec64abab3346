#include "services/common/wire/form.h"

#include <algorithm>
#include <utility>

#include "services/common/errors/errors.h"
#include "services/common/wire/text.h"

namespace schutznetz::wire {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool MustBeEscaped(char c) { return c < 0x21 || c > 0x7e; }

}  // namespace

bool DecodeFormPart(std::string_view text, std::string* out) {
  out->reserve(out->size() + text.size());
  const size_t begin = out->size();
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out->push_back(text[i] == '+' ? ' ' : text[i]);
      continue;
    }
    const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return false;
    out->push_back(static_cast<char>(high << 4 | low));
    i += 2;
  }
  return CheckText(std::string_view(*out).substr(begin)) != TextFault::kNotUtf8;
}

absl::StatusOr<Form> Form::Parse(std::string_view text) {
  Form form;
  const auto refuse = [](std::string_view sentence, size_t offset) {
    return errors::MalformedBody(sentence, static_cast<int64_t>(offset));
  };
  const auto raw = std::find_if(text.begin(), text.end(), MustBeEscaped);
  if (raw != text.end()) {
    return refuse("The form holds a character that must be escaped.", static_cast<size_t>(raw - text.begin()));
  }
  for (size_t at = 0; at < text.size();) {
    const std::string_view pair = text.substr(at, text.find('&', at) - at);
    const size_t equals = pair.find('=');
    Parameter parameter;
    if (!DecodeFormPart(pair.substr(0, equals), &parameter.name) ||
        (equals != std::string_view::npos && !DecodeFormPart(pair.substr(equals + 1), &parameter.value))) {
      return refuse("The form is not well-formed percent-encoded UTF-8.", at);
    }
    if (CheckText(parameter.name) != TextFault::kNone || CheckText(parameter.value) != TextFault::kNone) {
      return refuse("The form holds text that is not allowed.", at);
    }
    if (parameter.name.empty()) return refuse("The form has a parameter without a name.", at);
    if (form.Has(parameter.name)) return refuse("The form has a parameter twice.", at);
    if (form.parameters_.size() == kParametersMax) return refuse("The form has more than 32 parameters.", at);
    form.parameters_.push_back(std::move(parameter));
    at += pair.size() + 1;
    if (at == text.size()) return refuse("The form has a parameter without a name.", at);  // it ends with '&'
  }
  return form;
}

bool Form::Has(std::string_view name) const {
  return std::any_of(parameters_.begin(), parameters_.end(),
                     [&](const Parameter& other) { return other.name == name; });
}

const std::string* Form::Find(std::string_view name) const {
  for (const Parameter& parameter : parameters_) {
    if (parameter.name == name) return parameter.value.empty() ? nullptr : &parameter.value;
  }
  return nullptr;
}

}  // namespace schutznetz::wire
