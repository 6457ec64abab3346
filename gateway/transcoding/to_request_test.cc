#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "gateway/transcoding/testdata/library.h"
#include "gateway/transcoding/transcoder.h"
#include "services/common/errors/errors.h"

namespace schutznetz::gateway {
namespace {

using namespace transcoding::test;  // the messages of the test service

class ToRequestTest : public testing::Test {
 protected:
  ToRequestTest() : transcoder_(LibraryTranscoder()) {}

  // The request as text, or the reason and all violations.
  template <typename Request>
  std::string Made(std::string_view method, std::string_view path, const RequestParts& parts) {
    const RouteMatch match = transcoder_->Match(method, path);
    EXPECT_EQ(match.outcome, RouteMatch::Outcome::kFound) << path;
    EXPECT_EQ(transcoder_->binding(match).method->request->full_name(), Request::descriptor()->full_name());
    std::string wire;
    options_ = ReplyOptions();
    const absl::Status status = transcoder_->ToRequest(match, parts, &wire, &options_);
    if (!status.ok()) {
      EXPECT_EQ(wire, "");
      std::string result = errors::ReasonOf(status);
      for (const auto& violation : errors::ViolationsOf(status)) {
        absl::StrAppend(&result, "; ", violation.field, ": ", violation.description);
      }
      return result;
    }
    Request request;
    EXPECT_TRUE(request.ParseFromString(wire));
    return request.ShortDebugString();
  }
  std::string List(std::string_view query) {
    return Made<ListBooksRequest>("GET", "/v1/shelves/a/books", {.query = query});
  }
  std::string Patch(std::string_view query, std::string_view body, std::string_view etag = {}) {
    return Made<UpdateBookRequest>("PATCH", "/v1/shelves/a/books/b", {.query = query, .body = body, .etag = etag});
  }
  std::string Create(std::string_view query, std::string_view body, std::string_view request_id = {}) {
    return Made<CreateBookRequest>("POST", "/v1/shelves/a/books",
                                   {.query = query, .body = body, .request_id = request_id});
  }
  std::string Move(std::string_view query, std::string_view body) {
    return Made<MoveBookRequest>("POST", "/v1/shelves/a/books/b:move", {.query = query, .body = body});
  }

  std::unique_ptr<const Transcoder> transcoder_;
  ReplyOptions options_;
};

TEST_F(ToRequestTest, PathVariablesFillTheirFields) {
  EXPECT_EQ(Made<GetBookRequest>("GET", "/v1/shelves/a/books/b", {}), R"(name: "shelves/a/books/b")");
  EXPECT_EQ(Made<GetBookRequest>("GET", "/v1/shelves/a/books/m%C3%BC", {}), R"(name: "shelves/a/books/m\303\274")");
  EXPECT_EQ(Made<GetBookRequest>("GET", "/v1/books/42", {}), "number: 42");
  EXPECT_EQ(Made<GetBookRequest>("GET", "/v1/books/x", {}),
            "INVALID_FIELD; number: Must be a whole number from -9223372036854775808 to 9223372036854775807.");
  EXPECT_EQ(Made<GetBookRequest>("GET", "/v1/shelves/a/books/%01", {}),
            "INVALID_FIELD; name: Must not contain control characters other than tab and line feed.");
}

TEST_F(ToRequestTest, QueryParametersGoByEitherNameAndDottedPath) {
  EXPECT_EQ(List("pageSize=10&page_token=x+y"), R"(parent: "shelves/a" page_size: 10 page_token: "x y")");
  EXPECT_EQ(List("near.latitude=51.5&near.city=K%C3%B6ln"),
            R"(parent: "shelves/a" near { city: "K\303\266ln" latitude: 51.5 })");
}

TEST_F(ToRequestTest, RepeatedScalarsAndMapsAreAccepted) {
  EXPECT_EQ(List("genres=NOVEL&languages=de&genres=2&languages=tr"),
            R"(parent: "shelves/a" genres: NOVEL genres: ESSAY languages: "de" languages: "tr")");
  EXPECT_EQ(List("limits[a]=1&limits%5Bb%5D=2"),
            R"(parent: "shelves/a" limits { key: "a" value: 1 } limits { key: "b" value: 2 })");
  EXPECT_EQ(List("days=1970-01-01T00:00:01Z"), R"(parent: "shelves/a" days { seconds: 1 })");
}

TEST_F(ToRequestTest, ValuesAreCanonicalJsonScalarsWithoutQuotes) {
  EXPECT_EQ(List("at=2026-11-22T02:00:00%2B01:00&within=3.5s&lent=false&rare=true&seal=-_8&readMask=displayName,a.bC"),
            R"(parent: "shelves/a" at { seconds: 1795309200 } within { seconds: 3 nanos: 500000000 } lent: false )"
            R"(rare { value: true } seal: "\373\377" read_mask { paths: "display_name" paths: "a.b_c" })");
  EXPECT_EQ(List("score=1e2"), R"(parent: "shelves/a" score: 100)");
  EXPECT_EQ(List("lent=1"), "INVALID_FIELD; lent: Must be true or false.");
  EXPECT_EQ(List("lent="), "INVALID_FIELD; lent: Must be true or false.");
  EXPECT_EQ(List("score=NaN"), "INVALID_FIELD; score: Must be a number.");
  EXPECT_EQ(List("pageSize=0x10"), "INVALID_FIELD; pageSize: Must be a whole number from -2147483648 to 2147483647.");
  EXPECT_EQ(List("genres=POEM"), "INVALID_FIELD; genres: Must be one of: GENRE_UNSPECIFIED, NOVEL, ESSAY.");
  EXPECT_EQ(List("at=2026-11-22T02:00:00+01:00").substr(0, 35),
            "INVALID_FIELD; at: Must be a time a");  // '+' is a space
}

TEST_F(ToRequestTest, DefaultsCountWherePresenceDoes) {
  EXPECT_EQ(List("pageSize=0&pageToken="), R"(parent: "shelves/a")");
  EXPECT_EQ(List("lent=false"), R"(parent: "shelves/a" lent: false)");
  EXPECT_EQ(List("byRank=0"), R"(parent: "shelves/a" by_rank: 0)");
}

TEST_F(ToRequestTest, AllBadParametersAreReportedAtOnce) {
  EXPECT_EQ(
      List("pageSize=x&zzz=1&near=1&authors=a&places[a]=b&limits=3&pageToken[a]=b&near.zzz=1&days.seconds=1&limits[a"),
      "INVALID_FIELD; pageSize: Must be a whole number from -2147483648 to 2147483647.; zzz: No such field.; "
      "near: Is a message: set its fields, for example near.latitude.; "
      "authors: Is a list of messages: it can be set by a body only.; "
      "places[\"a\"]: Its values are messages: they can be set by a body only.; "
      "limits: Is a map: set its entries as name[key]=value.; pageToken[\"a\"]: Is not a map.; "
      "near.zzz: No such field.; days.seconds: No such field.; limits[a: Is not of the form name[key].");
}

TEST_F(ToRequestTest, NothingIsSetTwice) {
  EXPECT_EQ(List("pageSize=1&page_size=1"), "INVALID_FIELD; pageSize: Is set twice.");
  EXPECT_EQ(List("limits[a]=1&limits[a]=1"), "INVALID_FIELD; limits[\"a\"]: Is set twice.");
  EXPECT_EQ(List("parent=shelves/a"), "INVALID_FIELD; parent: Is set by the path and by the query.");
  EXPECT_EQ(List("byField=a&byRank=1"),
            "INVALID_FIELD; byRank: Excludes another field that is set: only one of them may be.");
}

TEST_F(ToRequestTest, BadEncodingAndBadTextAreViolations) {
  EXPECT_EQ(List("pageToken=%zz"), "INVALID_FIELD; pageToken: Is not well-formed percent-encoded UTF-8.");
  EXPECT_EQ(List("%ff=1"), "INVALID_FIELD; query: Is not well-formed percent-encoded UTF-8.");
  EXPECT_EQ(List("pageToken=%00"),
            "INVALID_FIELD; pageToken: Must not contain control characters other than tab and line feed.");
  EXPECT_EQ(List("=1"), "INVALID_FIELD; : No such field.");
}

TEST_F(ToRequestTest, SystemParametersAreFieldsAndPrettyPrint) {
  EXPECT_EQ(List("$prettyPrint=true&$fields=books.title,nextPageToken"), R"(parent: "shelves/a")");
  EXPECT_TRUE(options_.pretty);
  EXPECT_FALSE(options_.fields.all());
  EXPECT_EQ(List("$fields=books.zzz"), "INVALID_FIELD; $fields: Names a field that the reply does not have.");
  EXPECT_EQ(List("$fields="), "INVALID_FIELD; $fields: Names a field that the reply does not have.");
  EXPECT_EQ(List("$prettyPrint=1"), "INVALID_FIELD; $prettyPrint: Must be true or false.");
  EXPECT_EQ(List("$alt=json"), "INVALID_FIELD; $alt: No such system parameter.");
}

TEST_F(ToRequestTest, ABodyFieldLeavesTheRestToTheQuery) {
  EXPECT_EQ(Create("bookId=x", R"({"title":"t"})"), R"(parent: "shelves/a" book { title: "t" } book_id: "x")");
  EXPECT_EQ(Create("", ""), R"(parent: "shelves/a")");
  EXPECT_EQ(Create("book.title=x", "{}"), "INVALID_FIELD; book.title: Belongs into the body.");
  EXPECT_EQ(Create("zzz=1", R"({"yyy":1})"), "INVALID_FIELD; zzz: No such field.; book.yyy: No such field.");
  EXPECT_EQ(Create("", "{"), "MALFORMED_BODY");
}

TEST_F(ToRequestTest, AWholeBodyLeavesNothingToTheQuery) {
  EXPECT_EQ(Move("", R"({"target":"t"})"), R"(name: "shelves/a/books/b" target: "t")");
  EXPECT_EQ(Move("", ""), R"(name: "shelves/a/books/b")");
  EXPECT_EQ(Move("target=t", ""), "INVALID_FIELD; target: Belongs into the body, which holds all other fields.");
  EXPECT_EQ(Move("$prettyPrint=true", "{}"), R"(name: "shelves/a/books/b")");
}

TEST_F(ToRequestTest, AFieldInPathAndBodyMustAgree) {
  EXPECT_EQ(Move("", R"({"name":"shelves/a/books/b"})"), R"(name: "shelves/a/books/b")");
  EXPECT_EQ(Move("", R"({"name":"shelves/a/books/c"})"), "INVALID_FIELD; name: Differs from the path.");
  EXPECT_EQ(Patch("", R"({"name":"shelves/a/books/b","title":"t"})"),
            R"(book { name: "shelves/a/books/b" title: "t" } update_mask { paths: "name" paths: "title" })");
  EXPECT_EQ(Patch("", R"({"name":"x"})"), "INVALID_FIELD; book.name: Differs from the path.");
}

TEST_F(ToRequestTest, AMethodWithoutBodyRefusesOne) {
  EXPECT_EQ(Made<GetBookRequest>("GET", "/v1/books/42", {.body = "{}"}), "MALFORMED_BODY");
  EXPECT_EQ(Made<DeleteBookRequest>("DELETE", "/v1/shelves/a/books/b", {.body = " "}), "MALFORMED_BODY");
}

TEST_F(ToRequestTest, ABodyMayBeAList) {
  EXPECT_EQ(Made<TagBooksRequest>("TAG", "/v1/books", {.query = "shelf=s", .body = R"(["a","b"])"}),
            R"(tags: "a" tags: "b" shelf: "s")");
}

TEST_F(ToRequestTest, APatchChangesWhatItsBodyNames) {
  EXPECT_EQ(
      Patch("", R"({"title":"t","author":{"home":{"city":"c"}},"tags":[],"labels":{"a":"b"},"genre":null,)"
                R"("printTime":"1970-01-01T00:00:01Z","subtitle":"s","translators":[{"displayName":"x"}]})"),
      R"(book { name: "shelves/a/books/b" title: "t" author { home { city: "c" } } labels { key: "a" value: "b" } )"
      R"(print_time { seconds: 1 } translators { display_name: "x" } subtitle { value: "s" } } )"
      R"(update_mask { paths: "title" paths: "author.home.city" paths: "tags" paths: "labels" paths: "genre" )"
      R"(paths: "print_time" paths: "subtitle" paths: "translators" })");
  EXPECT_EQ(Patch("", ""), R"(book { name: "shelves/a/books/b" })");
}

TEST_F(ToRequestTest, AnExplicitMaskWinsAndIsChecked) {
  EXPECT_EQ(
      Patch("updateMask=title,author.displayName", R"({"title":"t","genre":"NOVEL"})"),
      R"(book { name: "shelves/a/books/b" title: "t" genre: NOVEL } update_mask { paths: "title" paths: "author.display_name" })");
  EXPECT_EQ(Patch("updateMask=*", "{}"), R"(book { name: "shelves/a/books/b" } update_mask { paths: "*" })");
  EXPECT_EQ(Patch("updateMask=title,zzz,translators.home", "{}"),
            "INVALID_FIELD; updateMask: No such field: zzz.; updateMask: No such field: translators.home.");
}

TEST_F(ToRequestTest, IfMatchFillsTheEtag) {
  EXPECT_EQ(Patch("", R"({"title":"t"})", "abc"),
            R"(book { name: "shelves/a/books/b" title: "t" etag: "abc" } update_mask { paths: "title" })");
  EXPECT_EQ(Patch("updateMask=title", R"({"etag":"abc"})", "abc"),
            R"(book { name: "shelves/a/books/b" etag: "abc" } update_mask { paths: "title" })");
  EXPECT_EQ(Patch("", R"({"etag":"xyz"})", "abc"), "INVALID_FIELD; book.etag: Differs from If-Match.");
  EXPECT_EQ(Made<DeleteBookRequest>("DELETE", "/v1/shelves/a/books/b", {.query = "etag=e", .etag = "e"}),
            R"(name: "shelves/a/books/b" etag: "e")");
  EXPECT_EQ(Made<DeleteBookRequest>("DELETE", "/v1/shelves/a/books/b", {.query = "etag=f", .etag = "e"}),
            "INVALID_FIELD; etag: Is set by the query and by If-Match.");
}

TEST_F(ToRequestTest, IdempotencyKeyFillsTheRequestId) {
  EXPECT_EQ(Create("", "{}", "k-1"), R"(parent: "shelves/a" book { } request_id: "k-1")");
  EXPECT_EQ(Create("requestId=k-1", "{}", "k-1"), R"(parent: "shelves/a" book { } request_id: "k-1")");
  EXPECT_EQ(Create("requestId=k-2", "{}", "k-1"),
            "INVALID_FIELD; requestId: Is set by the query and by Idempotency-Key.");
  EXPECT_EQ(Made<MoveBookRequest>("POST", "/v1/shelves/a/books/b:move",
                                  {.body = R"({"requestId":"k-2"})", .request_id = "k-1"}),
            "INVALID_FIELD; requestId: Differs from Idempotency-Key.");
}

TEST_F(ToRequestTest, RequestsAreInFieldOrder) {
  const RouteMatch match = transcoder_->Match("PATCH", "/v1/shelves/a/books/b");
  std::string wire;
  ReplyOptions options;
  ASSERT_TRUE(
      transcoder_->ToRequest(match, {.query = "requestId=r", .body = R"({"etag":"e","title":"t"})"}, &wire, &options)
          .ok());
  UpdateBookRequest request;
  ASSERT_TRUE(request.ParseFromString(wire));
  EXPECT_EQ(request.SerializeAsString(), wire);
}

TEST_F(ToRequestTest, ARawBodyGoesInAsItCame) {
  const auto order = [this](const RequestParts& parts) {
    return Made<OrderBooksRequest>("POST", "/v1/shelves/a:order", parts);
  };
  EXPECT_EQ(order({.query = "a=%31&a", .body = "x=1&x=\xff", .content_type = "text/x; y", .authorization = "Basic x"}),
            R"(parent: "shelves/a" form { content_type: "text/x; y" data: "x=1&x=\377" } query: "a=%31&a" )"
            R"(authorization: "Basic x")");
  EXPECT_EQ(order({}), R"(parent: "shelves/a" form { })");
  EXPECT_EQ(order({.body = std::string(101, 'x')}), "SIZE_LIMIT");
  EXPECT_EQ(order({.authorization = "Basic \xff"}).substr(0, 13), "INVALID_FIELD");
}

TEST_F(ToRequestTest, ARawQueryNeedsNoBody) {
  const auto order = [this](const RequestParts& parts) {
    return Made<OrderBooksRequest>("GET", "/v1/shelves/a:order", parts);
  };
  EXPECT_EQ(order({.query = "verb=x&verb=x&$fields=a"}), R"(parent: "shelves/a" query: "verb=x&verb=x&$fields=a")");
  EXPECT_EQ(order({}), R"(parent: "shelves/a")");
}

}  // namespace
}  // namespace schutznetz::gateway
