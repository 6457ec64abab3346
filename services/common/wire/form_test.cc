#include "services/common/wire/form.h"

#include <gtest/gtest.h>

#include "services/common/errors/errors.h"

namespace schutznetz::wire {
namespace {

TEST(FormTest, ParametersAreDecodedOnce) {
  const auto form = Form::Parse("grant_type=client_credentials&scope=a+b%20c&x=%2541&K%C3%B6ln=%3D%26==");
  ASSERT_TRUE(form.ok()) << form.status();
  EXPECT_EQ(*form->Find("grant_type"), "client_credentials");
  EXPECT_EQ(*form->Find("scope"), "a b c");
  EXPECT_EQ(*form->Find("x"), "%41");
  EXPECT_EQ(*form->Find("Köln"), "=&==");
  EXPECT_EQ(form->Find("y"), nullptr);
}

TEST(FormTest, EmptyIsAbsent) {
  const auto form = Form::Parse("a=&b&c=1");
  ASSERT_TRUE(form.ok()) << form.status();
  EXPECT_EQ(form->Find("a"), nullptr);
  EXPECT_EQ(form->Find("b"), nullptr);
  EXPECT_EQ(*form->Find("c"), "1");
  EXPECT_TRUE(Form::Parse("").ok());
}

TEST(FormTest, WhatIsAmbiguousIsRefused) {
  std::string many = "a0=1";
  for (int i = 1; i <= 32; ++i) many += "&a" + std::to_string(i) + "=1";
  for (const std::string& text :
       {std::string("a=1&a=2"),  std::string("a=1&%61=2"), std::string("a=&a=1"),      std::string("=1"),
        std::string("&a=1"),     std::string("a=1&"),      std::string("a=1&&b=2"),    std::string("a=%"),
        std::string("a=%4"),     std::string("a=%zz"),     std::string("a=%ff"),       std::string("a=%c0%af"),
        std::string("a=%00"),    std::string("a=%0d"),     std::string("a=b c"),       std::string("a=\xc3\xb6"),
        std::string("a=\0b", 4), std::string("a=\n"),      std::string("a=%E2%80%AE"), many}) {
    EXPECT_EQ(errors::ReasonOf(Form::Parse(text).status()), "MALFORMED_BODY") << text;
  }
}

}  // namespace
}  // namespace schutznetz::wire
