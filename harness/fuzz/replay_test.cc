// The fuzz targets without a fuzzer, for every compiler and sanitizer. What a crash leaves behind: the input,
// in test_results/TARGET.input of the build.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#define ATOME_FUZZ_TARGET(name, corpus) extern "C" int atome_fuzz_##name(const uint8_t* data, size_t size);
#include "harness/fuzz/targets.inc"
#undef ATOME_FUZZ_TARGET

namespace atome::fuzz {
namespace {

namespace fs = std::filesystem;

struct FuzzTarget {
  const char* name;
  const char* corpus;
  int (*run)(const uint8_t* data, size_t size);
};
constexpr FuzzTarget kTargets[] = {
#define ATOME_FUZZ_TARGET(name, corpus) {#name, corpus, atome_fuzz_##name},
#include "harness/fuzz/targets.inc"
#undef ATOME_FUZZ_TARGET
};

constexpr size_t kMostBytes = 4096;
constexpr int kChanged = 400;  // inputs of a target that are changed

std::vector<std::string> CorpusOf(const FuzzTarget& target) {
  std::vector<fs::path> paths;
  for (const auto& each : fs::directory_iterator(target.corpus)) paths.push_back(each.path());
  std::ranges::sort(paths);
  std::vector<std::string> inputs;
  for (const fs::path& path : paths) {
    std::ifstream file(path, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return inputs;
}

// Unlike a distribution of the standard library, the same everywhere.
size_t Below(std::mt19937& random, size_t limit) { return limit == 0 ? 0 : random() % limit; }

// One to four small changes: bits, numbers at their ends, pieces that go, come twice, or come from another
// input.
std::string Changed(std::string input, const std::string& other, std::mt19937& random) {
  constexpr char kEnds[] = {0, 1, 0x7F, static_cast<char>(0x80), static_cast<char>(0xFF), ' ', '9', '"'};
  for (size_t left = 1 + Below(random, 4); left > 0; --left) {
    const size_t at = Below(random, input.size()), bytes = 1 + Below(random, 16);
    switch (Below(random, 6)) {
      case 0:
        if (!input.empty()) input[at] = static_cast<char>(input[at] ^ 1 << Below(random, 8));
        break;
      case 1:
        if (!input.empty()) input[at] = kEnds[Below(random, std::size(kEnds))];
        break;
      case 2:
        for (size_t k = at; k < std::min(input.size(), at + 4); ++k) input[k] = static_cast<char>(random());
        break;
      case 3:
        if (!input.empty()) input.erase(at, bytes);
        break;
      case 4:
        if (!input.empty()) input.insert(Below(random, input.size()), input.substr(at, bytes));
        break;
      default:
        input = input.substr(0, at) + other.substr(Below(random, other.size()));
        break;
    }
  }
  return input.substr(0, kMostBytes);
}

class Replay : public ::testing::TestWithParam<FuzzTarget> {};

TEST_P(Replay, NoInputOfTheCorpusOrNearItFails) {
  const FuzzTarget& target = GetParam();
  const fs::path left_behind = fs::path(ATOME_TEST_RESULTS) / (std::string(target.name) + ".input");
  fs::create_directories(left_behind.parent_path());
  const auto run = [&](const std::string& input) {
    std::ofstream(left_behind, std::ios::binary) << input;
    // At the end of its memory, for the sanitizers.
    const std::vector<uint8_t> bytes(input.begin(), input.end());
    EXPECT_EQ(target.run(bytes.data(), bytes.size()), 0);
  };
  const std::vector<std::string> corpus = CorpusOf(target);
  ASSERT_FALSE(corpus.empty()) << "ci/fuzzing/seeds.py writes it";
  for (const std::string& input : corpus) run(input);
  run("");
  std::mt19937 random(20);
  for (int k = 0; k < kChanged; ++k)
    run(Changed(corpus[Below(random, corpus.size())], corpus[Below(random, corpus.size())], random));
  fs::remove(left_behind);
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Replay, ::testing::ValuesIn(kTargets),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace atome::fuzz
