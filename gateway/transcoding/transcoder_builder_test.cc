#include <gtest/gtest.h>

#include <functional>

#include "gateway/transcoding/testdata/library.h"
#include "gateway/transcoding/transcoder.h"
#include "google/api/annotations.pb.h"
#include "google/protobuf/descriptor.pb.h"

namespace schutznetz::gateway {
namespace {

using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;

void AddWithDependencies(const google::protobuf::FileDescriptor& file, FileDescriptorSet* files) {
  for (const FileDescriptorProto& known : files->file()) {
    if (known.name() == file.name()) return;
  }
  for (int i = 0; i < file.dependency_count(); ++i) AddWithDependencies(*file.dependency(i), files);
  file.CopyTo(files->add_file());
}

FileDescriptorSet LibraryFiles() {
  FileDescriptorSet files;
  AddWithDependencies(*transcoding::test::Book::descriptor()->file(), &files);
  // As a file written by protoc is read: options arrive as bytes.
  FileDescriptorSet read;
  read.ParseFromString(files.SerializeAsString());
  return read;
}

// The status of a build after a change of one method.
absl::Status BuildWith(std::string_view method,
                       const std::function<void(google::protobuf::MethodDescriptorProto*)>& change) {
  FileDescriptorSet files = LibraryFiles();
  for (auto& found : *files.mutable_file(files.file_size() - 1)->mutable_service(0)->mutable_method()) {
    if (found.name() == method) change(&found);
  }
  return Transcoder::Build(files).status();
}

absl::Status BuildWithHttp(std::string_view method, const std::function<void(google::api::HttpRule*)>& change) {
  return BuildWith(method,
                   [&change](auto* found) { change(found->mutable_options()->MutableExtension(google::api::http)); });
}

TEST(TranscoderBuilderTest, ADescriptorFileIsEnough) {
  const auto transcoder = Transcoder::Build(LibraryFiles());
  ASSERT_TRUE(transcoder.ok()) << transcoder.status();
  EXPECT_EQ((*transcoder)->methods().size(), 9u);
  EXPECT_EQ((*transcoder)->bindings().size(), 11u);
  EXPECT_EQ((*transcoder)->Match("GET", "/v1/books/1").outcome, RouteMatch::Outcome::kFound);
}

TEST(TranscoderBuilderTest, MethodsCarryWhatTheGatewayNeeds) {
  const auto transcoder = LibraryTranscoder();
  const Method* const get = transcoder->FindMethod("/schutznetz.transcoding.test.Library/GetBook");
  ASSERT_NE(get, nullptr);
  EXPECT_EQ(get->rule.access(), common::v1::Rule::PUBLIC);
  EXPECT_TRUE(get->no_side_effects);
  EXPECT_EQ(get->reply_etag->name, "etag");
  EXPECT_FALSE(get->server_streaming);
  const Method* const list = transcoder->FindMethod("/schutznetz.transcoding.test.Library/ListBooks");
  EXPECT_EQ(list->next_page_token->name, "next_page_token");
  const Method* const watch = transcoder->FindMethod("/schutznetz.transcoding.test.Library/WatchBooks");
  EXPECT_TRUE(watch->server_streaming);
  const Method* const create = transcoder->FindMethod("/schutznetz.transcoding.test.Library/CreateBook");
  EXPECT_EQ(create->request_id->name, "request_id");
  EXPECT_EQ(transcoder->FindMethod("/schutznetz.transcoding.test.Library/Other"), nullptr);
}

TEST(TranscoderBuilderTest, AMethodWithoutRuleStopsTheStart) {
  const absl::Status status =
      BuildWith("GetBook", [](auto* method) { method->mutable_options()->ClearExtension(common::v1::rule); });
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(), "schutznetz.transcoding.test.Library.GetBook: no rule, or one without access or rate");
  EXPECT_EQ(BuildWith("GetBook",
                      [](auto* method) { method->mutable_options()->MutableExtension(common::v1::rule)->clear_rate(); })
                .code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(TranscoderBuilderTest, BadBindingsStopTheStart) {
  const auto invalid = [](std::string_view method, const std::function<void(google::api::HttpRule*)>& change) {
    return BuildWithHttp(method, change).code() == absl::StatusCode::kInvalidArgument;
  };
  EXPECT_TRUE(invalid("GetBook", [](auto* rule) { rule->clear_pattern(); }));
  EXPECT_TRUE(invalid("GetBook", [](auto* rule) { rule->set_get("/v1/{zzz}"); }));
  EXPECT_TRUE(invalid("GetBook", [](auto* rule) { rule->set_get("/v1/{name.x}"); }));
  EXPECT_TRUE(invalid("GetBook", [](auto* rule) { rule->set_get("v1"); }));
  EXPECT_TRUE(invalid("GetBook", [](auto* rule) { rule->set_body("*"); }));
  EXPECT_TRUE(invalid("GetBook", [](auto* rule) { rule->set_response_body("zzz"); }));
  EXPECT_TRUE(invalid("CreateBook", [](auto* rule) { rule->set_body("zzz"); }));
  EXPECT_TRUE(invalid("CreateBook", [](auto* rule) { rule->set_post("/v1/{book}"); }));
  EXPECT_TRUE(invalid("ListBooks", [](auto* rule) { rule->set_get("/v1/{genres}"); }));
  EXPECT_TRUE(invalid(
      "GetBook", [](auto* rule) { rule->mutable_additional_bindings(0)->add_additional_bindings()->set_get("/x"); }));
}

TEST(TranscoderBuilderTest, EqualRoutesStopTheStart) {
  EXPECT_EQ(BuildWithHttp("GetBook", [](auto* rule) { rule->set_get("/v1/{name=shelves/*}/books"); }).code(),
            absl::StatusCode::kAlreadyExists);
}

TEST(TranscoderBuilderTest, RawRepliesPassThrough) {
  const auto transcoder = LibraryTranscoder();
  const Binding& binding = transcoder->binding(transcoder->Match("POST", "/v1/shelves/a:order"));
  EXPECT_TRUE(binding.method->raw_reply);
  Reply reply;
  ASSERT_TRUE(transcoder
                  ->ToReply(binding,
                            "\x0a\x08text/csv\x12\x03"
                            "a;b",
                            {}, &reply)
                  .ok());
  EXPECT_EQ(reply.content_type, "text/csv");
  EXPECT_EQ(reply.body, "a;b");
}

TEST(TranscoderBuilderTest, ARawBodyNeedsItsRule) {
  const auto with_raw = [](const std::function<void(common::v1::Rule::Raw*)>& change) {
    return BuildWith("OrderBooks", [&](auto* method) {
             change(method->mutable_options()->MutableExtension(common::v1::rule)->mutable_raw());
           }).code() == absl::StatusCode::kInvalidArgument;
  };
  EXPECT_TRUE(with_raw([](auto* raw) { raw->clear_content_types(); }));
  EXPECT_TRUE(with_raw([](auto* raw) { raw->clear_max_bytes(); }));
  EXPECT_TRUE(with_raw([](auto* raw) { raw->set_query_field("form"); }));
  EXPECT_TRUE(with_raw([](auto* raw) { raw->set_authorization_field("zzz"); }));
  EXPECT_FALSE(BuildWith("OrderBooks", [](auto* method) {
                 method->mutable_options()->MutableExtension(common::v1::rule)->clear_raw();
               }).ok());
  EXPECT_FALSE(BuildWith("CreateBook", [](auto* method) {
                 method->mutable_options()->MutableExtension(common::v1::rule)->mutable_raw();
               }).ok());
}

}  // namespace
}  // namespace schutznetz::gateway
