#include "services/directory/domain/phone_number.h"

#include "gtest/gtest.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::directory {
namespace {

TEST(PhoneNumberTest, WaysToWriteANumberBecomeOne) {
  for (const char* text : {"030 23125-001", "030/23125001", "(030) 23125 001", "+49 (0)30 23125001", "+493023125001",
                           "0049 30 23125.001"}) {
    EXPECT_EQ(NormalizePhoneNumber(text).value_or("refused"), "+493023125001") << text;
  }
  EXPECT_EQ(NormalizePhoneNumber("116 111").value_or("refused"), "116111");
  EXPECT_EQ(NormalizePhoneNumber("110").value_or("refused"), "110");
  EXPECT_EQ(NormalizePhoneNumber("0800 22 55 530").value_or("refused"), "+498002255530");
  EXPECT_EQ(NormalizePhoneNumber("+43 1 71719").value_or("refused"), "+43171719");
}

TEST(PhoneNumberTest, WhatCannotBeDialledIsRefused) {
  for (const char* text : {"", "+", "12", "+49", "+49 30", "0302312500112345", "drei", "030 23125001 App. 3",
                           "30 23125001", "+0 30 23125001", "+49 00 30 23125", "++493023125001", "+1234567890123456"}) {
    EXPECT_FALSE(NormalizePhoneNumber(text).ok()) << text;
  }
}

TEST(PhoneNumberTest, OnlyNumbersThatTellNoPlaceAreForWithheldAddresses) {
  for (const char* number : {"110", "116111", "+491711234567", "+498002255530", "+493023125001", "+492214710000",
                             "+49700123456", "+4932221234567"}) {
    EXPECT_TRUE(TellsNoPlaceFinerThanKreis(number)) << number;
  }
  for (const char* number : {"+4922037001", "+4924123456", "+4933812345", "+495512345", "+43171719"}) {
    EXPECT_FALSE(TellsNoPlaceFinerThanKreis(number)) << number;
  }
}

}  // namespace
}  // namespace schutznetz::directory
