#include "services/common/encoding/base64url.h"

#include <array>
#include <string>

#include "gtest/gtest.h"

namespace schutznetz {
namespace {

TEST(Base64UrlTest, WhatWasEncodedIsDecoded) {
  EXPECT_EQ(EncodeBase64Url(""), "");
  EXPECT_EQ(EncodeBase64Url("\xfb\xff"), "-_8");
  EXPECT_EQ(DecodeBase64Url("-_8"), "\xfb\xff");
  EXPECT_EQ(DecodeBase64Url(""), "");
}

TEST(Base64UrlTest, OnlyTheOneWrittenFormIsTaken) {
  EXPECT_EQ(DecodeBase64Url("-_8="), std::nullopt) << "padding";
  EXPECT_EQ(DecodeBase64Url("+/8"), std::nullopt) << "the other alphabet";
  EXPECT_EQ(DecodeBase64Url("-_9"), std::nullopt) << "bits left over";
  EXPECT_EQ(DecodeBase64Url("-"), std::nullopt) << "no whole byte";
  std::array<unsigned char, 2> bytes = {};
  for (int byte = 0x80; byte <= 0xff; ++byte) {
    const std::string text = {'-', static_cast<char>(byte), '8'};
    EXPECT_EQ(DecodeBase64Url(text), std::nullopt) << byte;
    EXPECT_FALSE(DecodeBase64Url(text, &bytes)) << byte;
  }
}

TEST(Base64UrlTest, AnArrayTakesItsSizeAndNoOther) {
  std::array<unsigned char, 2> bytes = {};
  EXPECT_TRUE(DecodeBase64Url("-_8", &bytes));
  EXPECT_EQ(bytes[0], 0xfb);
  EXPECT_EQ(EncodeBase64Url(bytes), "-_8");
  EXPECT_FALSE(DecodeBase64Url("-w", &bytes)) << "one byte";
  EXPECT_FALSE(DecodeBase64Url("-_8A", &bytes)) << "three bytes";
}

}  // namespace
}  // namespace schutznetz
