#include "gateway/filters/compression.h"

#include "gateway/filters/compressor.h"
#include "gateway/filters/etag.h"
#include "gateway/filters/http_list.h"
#include "gateway/filters/worker_parts.h"

namespace schutznetz::gateway {
namespace {

constexpr size_t kBytesMin = 1024;

bool IsCompressible(std::string_view content_type) {
  const std::string_view type = Trim(content_type.substr(0, content_type.find(';')));
  return type.starts_with("text/") || type == "application/json" || type.ends_with("+json") || type.ends_with("+xml") ||
         type == "application/xml" || type == "application/x-ndjson";
}

}  // namespace

Coding ChooseCoding(const RequestHead& head) {
  int brotli = -1;
  int gzip = -1;
  int any = 0;
  head.ForEach(Field::kAcceptEncoding, [&](std::string_view list) {
    while (!list.empty()) {
      const WeightedItem item = NextWeightedItem(&list);
      if (EqualsIgnoreCase(item.name, "br")) brotli = item.weight;
      if (EqualsIgnoreCase(item.name, "gzip") || EqualsIgnoreCase(item.name, "x-gzip")) gzip = item.weight;
      if (item.name == "*") any = item.weight;
    }
  });
  if (brotli < 0) brotli = any;
  if (gzip < 0) gzip = any;
  if (brotli > 0 && brotli >= gzip) return Coding::kBrotli;
  return gzip > 0 ? Coding::kGzip : Coding::kIdentity;
}

Verdict CompressionFilter::Before(Call& call) const {
  call.coding = ChooseCoding(*call.head);
  return Verdict::kContinue;
}

void CompressionFilter::After(Call& call) const {
  Response& response = call.response;
  if (response.body.size() < kBytesMin || !IsCompressible(response.headers.Find("content-type"))) return;
  if (!response.headers.Find("content-encoding").empty()) return;
  call.vary |= kVaryAcceptEncoding;
  if (call.coding == Coding::kIdentity) return;
  Compressor& compressor = call.worker->compressor;
  std::string coded;
  const bool brotli = call.coding == Coding::kBrotli;
  if (!(brotli ? compressor.Brotli(response.body, &coded) : compressor.Gzip(response.body, &coded))) return;
  response.body = std::move(coded);
  response.headers.AddLiteral("content-encoding", brotli ? "br" : "gzip");
  const std::string_view etag = response.headers.Find("etag");
  if (!etag.empty()) response.headers.Set("etag", WithSuffix(etag, call.coding));
}

}  // namespace schutznetz::gateway
