#include "services/common/testing/mail_reader.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "gtest/gtest.h"

namespace schutznetz::testing {

std::string ReadMail(const std::string& message) {
  const std::filesystem::path file = std::filesystem::temp_directory_path() / ("mail-" + std::to_string(getpid()));
  std::ofstream(file, std::ios::binary) << message;
  const std::string command =
      "python3 " SCHUTZNETZ_SOURCE_DIR "/services/common/testing/read_mail.py <" + file.string();
  std::string read;
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe != nullptr) {
    char buffer[4096];
    for (size_t size; (size = fread(buffer, 1, sizeof buffer, pipe)) > 0;) read.append(buffer, size);
    EXPECT_EQ(pclose(pipe), 0) << "the mail cannot be read";
  }
  std::filesystem::remove(file);
  return read;
}

}  // namespace schutznetz::testing
