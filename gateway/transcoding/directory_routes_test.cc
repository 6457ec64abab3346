// The routes of the real contract.
#include <gtest/gtest.h>

#include <fstream>

#include "gateway/transcoding/transcoder.h"
#include "google/protobuf/descriptor.pb.h"
#include "schutznetz/directory/v1/reach.pb.h"

namespace schutznetz::gateway {
namespace {

class DirectoryRoutesTest : public testing::Test {
 protected:
  DirectoryRoutesTest() {
    std::ifstream file(SCHUTZNETZ_DIRECTORY_CONTRACT, std::ios::binary);
    google::protobuf::FileDescriptorSet files;
    EXPECT_TRUE(files.ParseFromIstream(&file));
    auto built = Transcoder::Build(files);
    EXPECT_TRUE(built.ok()) << built.status();
    transcoder_ = *std::move(built);
  }

  std::string MethodOf(std::string_view http_method, std::string_view path) const {
    const RouteMatch match = transcoder_->Match(http_method, path);
    if (match.outcome != RouteMatch::Outcome::kFound) return "none";
    const std::string& name = transcoder_->binding(match).method->grpc_path;
    return name.substr(name.rfind('/') + 1);
  }

  std::unique_ptr<const Transcoder> transcoder_;
};

TEST_F(DirectoryRoutesTest, TheMainPathsReachTheirMethods) {
  EXPECT_EQ(MethodOf("GET", "/v1/services:reach"), "ReachServices");
  EXPECT_EQ(MethodOf("GET", "/v1/services:search"), "SearchServices");
  EXPECT_EQ(MethodOf("GET", "/v1/services/x"), "GetService");
  EXPECT_EQ(MethodOf("PATCH", "/v1/services/x"), "UpdateService");
  EXPECT_EQ(MethodOf("POST", "/v1/services/x:undelete"), "UndeleteService");
  EXPECT_EQ(MethodOf("GET", "/v1/areas:resolve"), "ResolveAreas");
  EXPECT_EQ(MethodOf("GET", "/v1/lands/DE-NW"), "GetLand");
}

TEST_F(DirectoryRoutesTest, EveryBindingIsFoundByAPathOfItsOwnShape) {
  for (const Binding& binding : transcoder_->bindings()) {
    std::string path = binding.path_template;
    for (size_t open = path.find('{'); open != std::string::npos; open = path.find('{')) {
      const size_t close = path.find('}', open);
      const size_t equals = path.find('=', open);
      const std::string inner = equals < close ? path.substr(equals + 1, close - equals - 1) : "*";
      path.replace(open, close - open + 1, inner);
    }
    for (size_t star = path.find('*'); star != std::string::npos; star = path.find('*')) path.replace(star, 1, "x1");
    const RouteMatch match = transcoder_->Match(binding.http_method, path);
    ASSERT_EQ(match.outcome, RouteMatch::Outcome::kFound) << binding.http_method << path;
    EXPECT_EQ(&transcoder_->binding(match), &binding) << path;
  }
}

TEST_F(DirectoryRoutesTest, TheQueryOfTheMainJobIsUnderstood) {
  const RouteMatch match = transcoder_->Match("GET", "/v1/services:reach");
  std::string wire;
  ReplyOptions options;
  const absl::Status status = transcoder_->ToRequest(
      match, {.query = "postcode=48143&form=SEXUAL_EXPLOITATION&at=2026-11-22T02:00:00%2B01:00"}, &wire, &options);
  ASSERT_TRUE(status.ok()) << status;
  directory::v1::ReachServicesRequest request;
  ASSERT_TRUE(request.ParseFromString(wire));
  EXPECT_EQ(request.postcode(), "48143");
  EXPECT_EQ(request.at().seconds(), 1795309200);
}

}  // namespace
}  // namespace schutznetz::gateway
