// Runs a fuzz body over a corpus as a plain test: every file of the folders given, and every prefix of every file.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

// All prefixes of files up to this size; of larger ones about a thousand, evenly spread.
constexpr size_t kAllPrefixesBytesMax = 4096;

size_t RunFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const size_t step = content.size() <= kAllPrefixesBytesMax ? 1 : content.size() / 1000;
  size_t count = 0;
  for (size_t size = 0; size < content.size(); size += step, ++count) {
    // A copy of exactly this size, so that the sanitizers see a read beyond its end.
    const std::vector<uint8_t> prefix(content.begin(), content.begin() + static_cast<std::ptrdiff_t>(size));
    LLVMFuzzerTestOneInput(prefix.data(), prefix.size());
  }
  const std::vector<uint8_t> whole(content.begin(), content.end());
  LLVMFuzzerTestOneInput(whole.data(), whole.size());
  return count + 1;
}

}  // namespace

int main(int argc, char** argv) {
  size_t files = 0;
  size_t inputs = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i])) {
      if (!entry.is_regular_file()) continue;
      inputs += RunFile(entry.path());
      ++files;
    }
  }
  std::printf("%zu files, %zu inputs\n", files, inputs);
  return files == 0 ? 1 : 0;  // an empty corpus is a mistake of the build
}
