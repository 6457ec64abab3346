#include <gtest/gtest.h>

#include "gateway/transcoding/testdata/library.h"
#include "gateway/transcoding/transcoder.h"

namespace schutznetz::gateway {
namespace {

class ToReplyTest : public testing::Test {
 protected:
  ToReplyTest() : transcoder_(LibraryTranscoder()) {
    auto* book = reply_.add_books();
    book->set_title("t");
    book->set_genre(transcoding::test::NOVEL);
    book->mutable_author()->set_display_name("a");
    reply_.add_books()->set_title("u");
    reply_.set_next_page_token("p");
  }

  std::string Shown(std::string_view path, std::string_view query) {
    const RouteMatch match = transcoder_->Match("GET", path);
    ReplyOptions options;
    std::string request;
    EXPECT_TRUE(transcoder_->ToRequest(match, {.query = query}, &request, &options).ok());
    Reply reply;
    const absl::Status status =
        transcoder_->ToReply(transcoder_->binding(match), reply_.SerializeAsString(), options, &reply);
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(reply.content_type, "application/json");
    return reply.body;
  }

  std::unique_ptr<const Transcoder> transcoder_;
  transcoding::test::ListBooksResponse reply_;
};

TEST_F(ToReplyTest, TheMessageIsShown) {
  EXPECT_EQ(
      Shown("/v1/shelves/a/books", ""),
      R"({"books":[{"title":"t","genre":"NOVEL","author":{"displayName":"a"}},{"title":"u"}],"nextPageToken":"p"})");
}

TEST_F(ToReplyTest, FieldsAreSelected) {
  EXPECT_EQ(Shown("/v1/shelves/a/books", "$fields=books.title"), R"({"books":[{"title":"t"},{"title":"u"}]})");
  EXPECT_EQ(Shown("/v1/shelves/a/books", "$fields=*"), Shown("/v1/shelves/a/books", ""));
}

TEST_F(ToReplyTest, AResponseBodyIsShownAloneAndFieldsAreItsOwn) {
  EXPECT_EQ(Shown("/v1/shelves/a/bareBooks", ""),
            R"([{"title":"t","genre":"NOVEL","author":{"displayName":"a"}},{"title":"u"}])");
  EXPECT_EQ(Shown("/v1/shelves/a/bareBooks", "$fields=author.displayName"), R"([{"author":{"displayName":"a"}},{}])");
}

TEST_F(ToReplyTest, PrettyPrintBreaksLines) {
  EXPECT_EQ(Shown("/v1/shelves/a/books", "$prettyPrint=true&$fields=nextPageToken"),
            "{\n  \"nextPageToken\": \"p\"\n}");
}

TEST_F(ToReplyTest, DamagedRepliesAreDataLoss) {
  const RouteMatch match = transcoder_->Match("GET", "/v1/shelves/a/books");
  Reply reply;
  EXPECT_EQ(transcoder_->ToReply(transcoder_->binding(match), "\x0a\x05x", {}, &reply).code(),
            absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace schutznetz::gateway
