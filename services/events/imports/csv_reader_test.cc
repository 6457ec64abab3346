#include "services/events/imports/csv_reader.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace schutznetz::events {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Reading {
  std::vector<CsvRow> rows;
  std::string fault;
  int64_t line = 0;
};

Reading ReadAll(std::string_view text) {
  Reading reading;
  CsvReader reader(text, 1);
  for (CsvRow row; reader.Next(&row);) reading.rows.push_back(row);
  reading.fault = std::string(reader.fault());
  reading.line = reader.line();
  return reading;
}

TEST(CsvReaderTest, ReadsWhatRfc4180Describes) {
  const Reading reading = ReadAll(
      "\xef\xbb\xbf"
      "a,b,c\r\n\"x,1\",\"say \"\"hi\"\"\",\n\n\"two\nlines\",,z");
  EXPECT_EQ(reading.fault, "");
  ASSERT_EQ(reading.rows.size(), 3u);
  EXPECT_THAT(reading.rows[0].values, ElementsAre("a", "b", "c"));
  EXPECT_THAT(reading.rows[1].values, ElementsAre("x,1", "say \"hi\"", ""));
  EXPECT_THAT(reading.rows[2].values, ElementsAre("two\nlines", "", "z"));
  EXPECT_EQ(reading.rows[2].line, 4);
  EXPECT_THAT(reading.rows[2].lines, ElementsAre(4, 5, 5));
}

TEST(CsvReaderTest, FaultsSayWhere) {
  struct Case {
    const char* text;
    const char* fault;
    int64_t line;
  };
  const Case kCases[] = {{"a,b\nc,\"d", "A quote is not closed.", 2},
                         {"a\nb\"c", "A quote stands inside of a value without quotes.", 2},
                         {"\"a\"b", "Text stands behind a closing quote.", 1},
                         {"a\rb", "A carriage return without a line feed.", 1}};
  for (const Case& test : kCases) {
    const Reading reading = ReadAll(test.text);
    EXPECT_EQ(reading.fault, test.fault) << test.text;
    EXPECT_EQ(reading.line, test.line) << test.text;
  }
  EXPECT_EQ(ReadAll(std::string(300, ',')).fault, "The record has more than 200 values.");
  EXPECT_THAT(ReadAll("").rows, IsEmpty());
  EXPECT_THAT(ReadAll("\n\r\n").rows, IsEmpty());
}

}  // namespace
}  // namespace schutznetz::events
