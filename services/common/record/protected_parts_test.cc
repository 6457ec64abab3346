#include "services/common/record/protected_parts.h"

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "schutznetz/common/v1/contact.pb.h"

namespace schutznetz::record {
namespace {

using common::v1::Contact;

Contact Of(const std::string& text) {
  Contact contact;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &contact));
  return contact;
}

TEST(ProtectedPartsTest, APhoneIsToldByItsNumberWhereverItStands) {
  const Contact before = Of("phones { number: '+491' protection: PROTECTED } phones { number: '+492' }");
  EXPECT_TRUE(CompareParts(before, Of("phones { number: '+492' } phones { number: '+491' }")).lowered);
  EXPECT_TRUE(CompareParts(before, Of("phones { number: '+491' protection: NETWORK description: 'neu' }")).lowered);
  EXPECT_FALSE(CompareParts(before, Of("phones { number: '+492' } phones { number: '+493' }")).lowered);
  const PartShift same = CompareParts(before, before);
  EXPECT_FALSE(same.lowered || same.raised);
  const PartShift raised =
      CompareParts(before, Of("phones { number: '+491' protection: PROTECTED } phones { number: '+492' "
                              "protection: RESTRICTED }"));
  EXPECT_TRUE(raised.raised);
  EXPECT_FALSE(raised.lowered);
}

TEST(ProtectedPartsTest, SaidTwiceItIsAsOpenAsTheMostOpenOne) {
  const Contact before = Of("phones { number: '+491' protection: PROTECTED }");
  EXPECT_TRUE(
      CompareParts(before, Of("phones { number: '+491' protection: PROTECTED } phones { number: '+491' }")).lowered);
}

TEST(ProtectedPartsTest, PathsLeadToValuesThatHaveAProtection) {
  Contact contact = Of("phones { number: '+491' } phones { number: '+492' }");
  EXPECT_TRUE(SetPartProtection("phones[1]", common::v1::RESTRICTED, &contact));
  EXPECT_EQ(contact.phones(1).protection(), common::v1::RESTRICTED);
  for (const char* path : {"", "phones", "phones[2]", "phones[-1]", "phones[1", "phones[1].schedules[0]", "email[0]",
                           "nothing[0]", "phones[1]x", "[0]", "phones[]"}) {
    EXPECT_FALSE(SetPartProtection(path, common::v1::RESTRICTED, &contact)) << path;
  }
  EXPECT_TRUE(SetProtection(common::v1::FieldRule::RECORD_PROTECTION, common::v1::NETWORK, &contact));
  EXPECT_FALSE(SetProtection(common::v1::FieldRule::ADDRESS_PROTECTION, common::v1::NETWORK, &contact));
}

}  // namespace
}  // namespace schutznetz::record
