// The limits of an image's segments, each at its last allowed value and behind it: an ELF that ends with its
// last segment, so that a byte too many would be read from behind the file.
#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <memory>
#include <string>

#include "emulation/elf/elf_image.h"
#include "emulation/elf/image_pieces.h"

namespace atome::emulation {
namespace {

using ::testing::HasSubstr;

constexpr uint32_t kAddress = 0x08000000;
constexpr size_t kBytes = 64;

// One segment of 64 bytes, changed.
std::string Elf(const std::function<void(Elf32_Phdr&)>& change) {
  ImagePieces pieces;
  std::string contents(kBytes, '\0');
  for (size_t k = 0; k < kBytes; ++k) contents[k] = static_cast<char>(k);
  EXPECT_EQ(pieces.Add(kAddress, contents, 0), "");
  EXPECT_EQ(pieces.Finish("byte"), "");
  std::string elf = pieces.Elf(kAddress);
  Elf32_Phdr segment;
  std::memcpy(&segment, elf.data() + sizeof(Elf32_Ehdr), sizeof segment);
  change(segment);
  std::memcpy(elf.data() + sizeof(Elf32_Ehdr), &segment, sizeof segment);
  return elf;
}

struct Limit {
  const char* name;
  std::function<void(Elf32_Phdr&)> change;
  const char* error;  // a part of it; empty: accepted
};

class ElfLimits : public testing::TestWithParam<Limit> {};

TEST_P(ElfLimits, AreMet) {
  std::string error;
  // Exactly as many bytes as the file has, so that a sanitizer sees one read behind it.
  const std::string elf = Elf(GetParam().change);
  const std::unique_ptr<char[]> exact(new char[elf.size()]);
  std::memcpy(exact.get(), elf.data(), elf.size());
  const auto image = ElfImage::Read({exact.get(), elf.size()}, "some.elf", error);
  EXPECT_EQ(image != nullptr, GetParam().error[0] == 0) << error;
  EXPECT_THAT(error, HasSubstr(GetParam().error));
}

const Limit kLimits[] = {
    {"AsItIs", [](Elf32_Phdr&) {}, ""},
    {"OneByteBehindTheFile", [](Elf32_Phdr& s) { s.p_filesz = s.p_memsz = kBytes + 1; },
     "segment 0 is truncated: it ends at offset 149, the file at 148"},
    {"BeginsAtTheFilesEnd", [](Elf32_Phdr& s) { s.p_offset += kBytes, s.p_filesz = 0; }, ""},
    {"BeginsBehindTheFilesEnd", [](Elf32_Phdr& s) { s.p_offset += kBytes + 1, s.p_filesz = 0; },
     "is truncated"},
    {"OffsetAndSizeThatWrap", [](Elf32_Phdr& s) { s.p_offset = 0xFFFFFFF0, s.p_filesz = s.p_memsz = 0x20; },
     "is truncated: it ends at offset 4294967312"},
    {"MoreInMemory", [](Elf32_Phdr& s) { s.p_memsz = kBytes + 1; }, ""},
    {"LessInMemory", [](Elf32_Phdr& s) { s.p_memsz = kBytes - 1; }, "more bytes in the file than in memory"},
    {"NothingInMemory", [](Elf32_Phdr& s) { s.p_memsz = 0; }, "no loadable segment"},
    {"LoadsUpToTheEnd", [](Elf32_Phdr& s) { s.p_paddr = 0xFFFFFFFF - kBytes; }, ""},
    {"LoadsBeyondTheEnd", [](Elf32_Phdr& s) { s.p_paddr = 0xFFFFFFFF - kBytes + 1; },
     "ends past the 32-bit address space"},
    {"RunsUpToTheEnd", [](Elf32_Phdr& s) { s.p_vaddr = 0xFFFFFFFF - kBytes; }, ""},
    {"RunsBeyondTheEnd", [](Elf32_Phdr& s) { s.p_vaddr = 0xFFFFFFFF - kBytes + 1; },
     "ends past the 32-bit address space"},
    {"RunAddressWraps", [](Elf32_Phdr& s) { s.p_vaddr = 0xFFFFFFFF; }, "ends past the 32-bit address space"},
    {"MemoryUpToTheEnd", [](Elf32_Phdr& s) { s.p_memsz = 0xFFFFFFFF - kAddress; }, ""},
    {"MemoryWraps", [](Elf32_Phdr& s) { s.p_memsz = 0xFFFFFFFF - kAddress + 1; },
     "ends past the 32-bit address space"},
    {"NoSegmentToLoad", [](Elf32_Phdr& s) { s.p_type = PT_NOTE; }, "no loadable segment"},
};

INSTANTIATE_TEST_SUITE_P(All, ElfLimits, testing::ValuesIn(kLimits),
                         [](const testing::TestParamInfo<Limit>& limit) { return limit.param.name; });

TEST(ElfImage, ReadsItsBytesUpToTheLast) {
  std::string error;
  const auto image = ElfImage::Read(Elf([](Elf32_Phdr& s) { s.p_memsz += 16; }), "some.elf", error);
  ASSERT_NE(image, nullptr) << error;
  EXPECT_EQ(image->segments().at(0).bytes.size(), kBytes);
  EXPECT_EQ(image->segments()[0].memory_bytes, kBytes + 16);
  EXPECT_EQ(image->HalfwordAt(kAddress), 0x0100);
  EXPECT_EQ(image->HalfwordAt(kAddress - 1), std::nullopt);
  EXPECT_EQ(image->HalfwordAt(kAddress + kBytes - 2), 0x3F3E);
  EXPECT_EQ(image->HalfwordAt(kAddress + kBytes - 1), std::nullopt) << "zeros in memory are not in the image";
  EXPECT_EQ(image->WordAt(kAddress + kBytes - 4), 0x3F3E3D3Cu);
  EXPECT_EQ(image->WordAt(kAddress + kBytes - 3), std::nullopt);
  EXPECT_EQ(image->WordAt(kAddress - 2), std::nullopt);
}

}  // namespace
}  // namespace atome::emulation
