#include "gateway/http/message_framing.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <optional>

namespace schutznetz::gateway {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

std::string_view View(beast::string_view text) { return {text.data(), text.size()}; }

// Stores nothing but the body and what is compared with HeadGate's findings.
class Parser final : public http::basic_parser<true> {
 public:
  Parser(const RequestHead& head, size_t body_bytes_max) : head_(head), body_bytes_max_(body_bytes_max) {
    body_limit(boost::none);  // counted here, so that 413 and 400 stay apart
    header_limit(static_cast<std::uint32_t>(-1));
    eager(true);
  }
  std::string* body = nullptr;
  bool too_large = false;

 private:
  // Any error will do: it only has to stop the parser.
  static void Stop(beast::error_code& error) { error = http::error::bad_field; }

  void on_request_impl(http::verb, beast::string_view method, beast::string_view target, int version,
                       beast::error_code& error) override {
    if (View(method) != head_.method || View(target) != head_.target || version != 11) Stop(error);
  }
  void on_response_impl(int, beast::string_view, int, beast::error_code& error) override { Stop(error); }
  void on_field_impl(http::field, beast::string_view name, beast::string_view value,
                     beast::error_code& error) override {
    // Beyond the last line: a trailer.
    if (in_body_ || next_ >= head_.lines().size()) return Stop(error);
    const HeaderLine& line = head_.lines()[next_++];
    if (View(name) != line.name || View(value) != line.value) Stop(error);
  }
  void on_header_impl(beast::error_code& error) override {
    in_body_ = true;
    if (next_ != head_.lines().size() || chunked() != head_.chunked) Stop(error);
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, beast::error_code& error) override {
    if (length.value_or(0) != head_.content_length.value_or(0)) Stop(error);
  }
  std::size_t on_body_impl(beast::string_view bytes, beast::error_code& error) override { return Take(bytes, error); }
  void on_chunk_header_impl(std::uint64_t, beast::string_view extensions, beast::error_code& error) override {
    if (!extensions.empty()) Stop(error);
  }
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, beast::error_code& error) override {
    return Take(bytes, error);
  }
  void on_finish_impl(beast::error_code&) override {}

  std::size_t Take(beast::string_view bytes, beast::error_code& error) {
    if (bytes.size() > body_bytes_max_ - body->size()) {
      too_large = true;
      Stop(error);
      return 0;
    }
    body->append(bytes.data(), bytes.size());
    return bytes.size();
  }

  const RequestHead& head_;
  const size_t body_bytes_max_;
  size_t next_ = 0;
  bool in_body_ = false;
};

class BeastFraming final : public MessageFraming {
 public:
  State Begin(std::string_view bytes, const RequestHead& head, size_t body_bytes_max) override {
    parser_.emplace(head, body_bytes_max);
    parser_->body = &nothing_;
    beast::error_code error;
    const size_t taken = parser_->put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
    if (error || taken != bytes.size() || !parser_->is_header_done()) return State::kRefused;
    return parser_->is_done() ? State::kDone : State::kBody;
  }

  State Feed(std::string_view* bytes, std::string* body) override {
    parser_->body = body;
    // Beast asserts that a last chunk comes with five bytes. As many are always still to come: "0", CR LF, CR LF.
    if (parser_->chunked() && bytes->size() < kLastChunkBytes) return State::kBody;
    while (!bytes->empty() && !parser_->is_done()) {
      beast::error_code error;
      const size_t taken = parser_->put(boost::asio::const_buffer(bytes->data(), bytes->size()), error);
      bytes->remove_prefix(std::min(taken, bytes->size()));
      if (error == http::error::need_more) break;
      if (error) return parser_->too_large ? State::kTooLarge : State::kRefused;
    }
    // A chunk's size line that goes on and on would fill the connection's buffer.
    if (!parser_->is_done() && bytes->size() > kChunkLineBytesMax) return State::kRefused;
    return parser_->is_done() ? State::kDone : State::kBody;
  }

 private:
  static constexpr size_t kChunkLineBytesMax = 64;
  static constexpr size_t kLastChunkBytes = 5;
  std::optional<Parser> parser_;
  std::string nothing_;
};

}  // namespace

std::unique_ptr<MessageFraming> MessageFraming::Create() { return std::make_unique<BeastFraming>(); }

}  // namespace schutznetz::gateway
