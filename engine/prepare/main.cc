// atome_prepare MODEL V,d,L,h,K,k,S VARIANT LAYOUT OUT: writes the prepared image of a model file. For builds
// of firmware, which must not wait for `atome convert --prepare`.
#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "engine/prepare/make_image.h"

namespace {

using atome::ImageLayout;
using atome::ImageVariant;

template <class Value, size_t count>
bool Named(const char* name, const std::pair<const char*, Value> (&values)[count], Value* value) {
  for (const auto& [known, each] : values) {
    if (std::strcmp(name, known) != 0) continue;
    *value = each;
    return true;
  }
  return false;
}

bool ReadConfig(const char* text, atome_config* config) {
  std::array<uint16_t, 7> numbers{};
  std::istringstream stream(text);
  for (size_t i = 0; i < numbers.size(); ++i) {
    char comma = ',';
    if (i != 0) stream >> comma;
    stream >> numbers[i];
    if (comma != ',') return false;
  }
  std::memcpy(config, numbers.data(), sizeof *config);
  return !stream.fail() && stream.peek() == EOF;
}

int Fail(const char* file, const char* why) {
  std::fprintf(stderr, "atome_prepare: %s: %s\n", file, why);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  constexpr std::pair<const char*, ImageVariant> kVariants[] = {{"f32", ImageVariant::kF32},
                                                                {"f32kv16", ImageVariant::kF32Kv16},
                                                                {"q15", ImageVariant::kQ15},
                                                                {"q15kv8", ImageVariant::kQ15Kv8}};
  constexpr std::pair<const char*, ImageLayout> kLayouts[] = {{"columns", ImageLayout::kColumns},
                                                              {"tiles", ImageLayout::kTiles}};
  atome::prepare::ImageOrder order{};
  if (argc != 6 || !ReadConfig(argv[2], &order.config) || !Named(argv[3], kVariants, &order.variant) ||
      !Named(argv[4], kLayouts, &order.layout)) {
    std::fputs("usage: atome_prepare MODEL V,d,L,h,K,k,S f32|f32kv16|q15|q15kv8 columns|tiles OUT\n", stderr);
    return 2;
  }
  std::ifstream in(argv[1], std::ios::binary);
  const std::vector<uint8_t> file{std::istreambuf_iterator<char>(in), {}};
  if (!in) return Fail(argv[1], "cannot be read; give a model file");
  EVP_Digest(file.data(), file.size(), order.source_sha256.data(), nullptr, EVP_sha256(), nullptr);
  std::vector<uint8_t> image;
  atome_location where{};
  const atome_status status = atome::prepare::MakeImage(order, file, &image, &where);
  if (status != ATOME_OK) {
    std::fprintf(stderr,
                 "atome_prepare: %s: status %d of engine/atome.h at offset %u; atome inspect says more\n",
                 argv[1], status, where.offset);
    return 2;
  }
  // Under another name first, so that a build that is killed leaves no half image.
  const std::string beside = std::string(argv[5]) + ".new";
  std::ofstream out(beside, std::ios::binary);
  out.write(reinterpret_cast<const char*>(image.data()), static_cast<std::streamsize>(image.size()));
  out.close();
  if (out && std::rename(beside.c_str(), argv[5]) == 0) return 0;
  std::remove(beside.c_str());
  return Fail(argv[5], "cannot be written; choose a folder that can");
}
