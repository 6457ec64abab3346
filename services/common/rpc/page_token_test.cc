#include "services/common/rpc/page_token.h"

#include "gtest/gtest.h"
#include "notes.pb.h"
#include "services/common/testing/fake_clock.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::rpc {
namespace {

using schutznetz::testing::v1::ListNotesRequest;
using testing::FakeClock;
using testing::HasReason;
using testing::IsOk;

class PageTokenTest : public ::testing::Test {
 protected:
  PageTokenTest() : sealer_(Sealer::WithRandomKey()), tokens_(sealer_, clock_) {
    call_.service = "schutznetz.testing.v1.NoteService";
    call_.method = "ListNotes";
    request_.set_land("DE-NW");
    request_.set_page_size(10);
  }

  absl::StatusOr<std::string> Open(const std::string& token) {
    ListNotesRequest next = request_;
    next.set_page_token(token);
    return tokens_.Open(call_, next);
  }

  FakeClock clock_;
  const Sealer sealer_;
  const PageTokens tokens_;
  CallContext call_;
  ListNotesRequest request_;
};

TEST_F(PageTokenTest, PayloadComesBackForTheSameQuery) {
  const std::string payload("key\0with zero", 13);
  EXPECT_EQ(*Open(tokens_.Seal(call_, request_, payload)), payload);
  EXPECT_EQ(*Open(""), "");
}

TEST_F(PageTokenTest, PageSizeMayChangeBetweenPages) {
  const std::string token = tokens_.Seal(call_, request_, "k");
  request_.set_page_size(20);
  EXPECT_THAT(Open(token), IsOk());
}

TEST_F(PageTokenTest, AnotherQueryMethodOrCallerIsRefused) {
  const std::string token = tokens_.Seal(call_, request_, "k");
  request_.set_land("DE-BE");
  EXPECT_THAT(Open(token), HasReason("PAGE_TOKEN_INVALID"));
  request_.set_land("DE-NW");
  call_.method = "ListOthers";
  EXPECT_THAT(Open(token), HasReason("PAGE_TOKEN_INVALID"));
  call_.method = "ListNotes";
  call_.caller = access::Caller::Granted("members/1", {.roles = {access::Role::kMember}});
  EXPECT_THAT(Open(token), HasReason("PAGE_TOKEN_INVALID"));
}

TEST_F(PageTokenTest, TokensAreGoodForADay) {
  const std::string token = tokens_.Seal(call_, request_, "k");
  clock_.Advance(absl::Hours(24));
  EXPECT_THAT(Open(token), IsOk());
  clock_.Advance(absl::Seconds(1));
  EXPECT_THAT(Open(token), HasReason("PAGE_TOKEN_INVALID"));
  clock_.Advance(-absl::Hours(25));
  EXPECT_THAT(Open(token), HasReason("PAGE_TOKEN_INVALID"));  // from the future
}

TEST_F(PageTokenTest, EveryChangedCharacterIsNoticed) {
  const std::string token = tokens_.Seal(call_, request_, "key");
  for (size_t i = 0; i < token.size(); ++i) {
    std::string forged = token;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    EXPECT_THAT(Open(forged), HasReason("PAGE_TOKEN_INVALID")) << i;
  }
  EXPECT_THAT(Open(token + "A"), HasReason("PAGE_TOKEN_INVALID"));
  EXPECT_THAT(Open(token.substr(1)), HasReason("PAGE_TOKEN_INVALID"));
}

TEST_F(PageTokenTest, TokensOfAnotherKeyAreRefused) {
  const Sealer other = Sealer::WithRandomKey();
  EXPECT_THAT(Open(PageTokens(other, clock_).Seal(call_, request_, "k")), HasReason("PAGE_TOKEN_INVALID"));
}

TEST(SealerTest, KeysRotate) {
  const std::string old_key(64, 'a');
  const std::string new_key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
  const Sealer before = *Sealer::FromKeyText(old_key + "\n");
  const Sealer during = *Sealer::FromKeyText(new_key + "\n" + old_key + "\n");
  const Sealer after = *Sealer::FromKeyText(new_key);
  EXPECT_EQ(during.Open("p", before.Seal("p", "x")), "x");
  EXPECT_EQ(after.Open("p", during.Seal("p", "x")), "x");
  EXPECT_EQ(after.Open("p", before.Seal("p", "x")), std::nullopt);
}

TEST(SealerTest, BytesAboveAsciiAreNoSealedText) {
  const Sealer sealer = Sealer::WithRandomKey();
  const std::string sealed = sealer.Seal("p", "x");
  for (size_t i = 0; i < sealed.size(); ++i) {
    for (int byte = 0x80; byte <= 0xff; ++byte) {
      std::string other = sealed;
      other[i] = static_cast<char>(byte);
      EXPECT_EQ(sealer.Open("p", other), std::nullopt) << i << " " << byte;
    }
  }
}

TEST(SealerTest, PurposesAreSeparate) {
  const Sealer sealer = Sealer::WithRandomKey();
  EXPECT_EQ(sealer.Open("b", sealer.Seal("a", "x")), std::nullopt);
  EXPECT_NE(sealer.Seal("a", "x"), sealer.Seal("a", "x"));
}

TEST(SealerTest, BadKeysNameTheirLine) {
  EXPECT_THAT(Sealer::FromKeyText(""), HasReason("INVALID_FIELD"));
  const auto result = Sealer::FromKeyText(std::string(64, 'a') + "\nshort\n");
  EXPECT_EQ(errors::ViolationsOf(result.status())[0].field, "line 2");
}

TEST(SealerTest, PositionsTravelSealed) {
  const Sealer sealer = Sealer::WithRandomKey();
  const storage::Position position = {.epoch = -7, .number = 1'234'567};
  const std::string sealed = SealPosition(sealer, position);
  EXPECT_EQ(OpenPosition(sealer, sealed), position);
  EXPECT_EQ(OpenPosition(sealer, "x" + sealed), std::nullopt);
  EXPECT_EQ(OpenPosition(Sealer::WithRandomKey(), sealed), std::nullopt);
  EXPECT_EQ(sealed.find("1234567"), std::string::npos);
}

}  // namespace
}  // namespace schutznetz::rpc
