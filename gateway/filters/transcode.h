#pragma once

#include "gateway/filters/filter.h"

namespace schutznetz::gateway {

// From HTTP to the message of the method, and from the reply's message to JSON. Adds what only the message knows: the
// resource's etag, the link to the next page, the position.
class TranscodeFilter final : public Filter {
 public:
  explicit TranscodeFilter(const Transcoder& transcoder) : transcoder_(transcoder) {}  // must outlive the filter

  std::string_view name() const override { return "transcode"; }
  Verdict Before(Call& call) const override;
  void After(Call& call) const override;

 private:
  bool ReadEtag(Call& call) const;
  void AddNextLink(Call& call) const;

  const Transcoder& transcoder_;
};

// The value of a singular string field in a serialized message, or empty.
std::string_view StringFieldOf(std::string_view message, const wire::Field& field);

// `target` with its page token replaced.
std::string NextPageTarget(std::string_view path, std::string_view query, std::string_view page_token);

}  // namespace schutznetz::gateway
