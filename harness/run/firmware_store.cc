#include "harness/run/firmware_store.h"

#include <elf.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <vector>

#include "emulation/boards/core.h"
#include "emulation/elf/elf_image.h"
#include "engine/firmware/model_image.h"
#include "harness/base/file.h"
#include "harness/base/places.h"
#include "harness/base/text.h"
#include "harness/model/prepared_image.h"
#include "harness/run/firmware_maker.h"

namespace atome::harness {
namespace {

constexpr const char* kImageSymbol = "atome_model_image";

std::filesystem::path FirmwareFolder() {
  const char* folder = std::getenv("ATOME_FIRMWARE_DIR");
  return folder != nullptr ? std::filesystem::path(folder) : PartsFolder() / "firmware";
}

void AppendWord(uint32_t word, std::string* out) {
  for (int shift = 0; shift < 32; shift += 8) out->push_back(static_cast<char>(word >> shift & 0xFF));
}

// Of the name of its file.
std::string EndingOf(Variant variant, FirmwareBuild build) {
  return StrCat("-", VariantName(variant), build == FirmwareBuild::kSize ? "-os.elf" : ".elf");
}

// What firmware for this model carries: its prepared image, in any layout. None of a model that the engine
// refuses.
std::vector<std::string> ImagesOf(const Model& model, Variant variant) {
  std::vector<std::string> images;
  for (const ImageLayout layout : kImageLayouts) {
    const Result<std::string> image = PrepareImage(model, variant, layout);
    if (image.ok()) images.push_back(MakeModelImage(model, *image));
  }
  return images;
}

// Whether the firmware was built with this very image.
bool Carries(const std::string& elf, const std::string& name, const std::string& image) {
  if (elf.find(image) == std::string::npos) return false;  // nearly all
  std::string error;
  const auto parsed = emulation::ElfImage::Read(elf, name, error);
  const auto at = parsed == nullptr ? std::nullopt : parsed->FindSymbol(kImageSymbol);
  if (!at) return false;
  for (const auto& segment : parsed->segments()) {
    if (*at < segment.load_address) continue;
    const size_t offset = *at - segment.load_address;
    if (offset < segment.bytes.size() && segment.bytes.size() - offset >= image.size())
      return std::memcmp(segment.bytes.data() + offset, image.data(), image.size()) == 0;
  }
  return false;
}

// The first file of the folder, by name, that ends so and carries one of the images.
std::optional<Firmware> FindBuilt(const std::filesystem::path& folder, const std::string& ending,
                                  const std::vector<std::string>& images, FirmwareBuild build) {
  std::vector<std::filesystem::path> paths;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    if (entry.path().filename().string().ends_with(ending)) paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  for (const std::filesystem::path& path : paths) {
    Result<std::string> elf = ReadFile(path.string());
    const std::string name = (folder.filename() / path.filename()).string();
    if (elf.ok() &&
        std::ranges::any_of(images, [&](const std::string& image) { return Carries(*elf, name, image); }))
      return Firmware{*std::move(elf), name, build};
  }
  return std::nullopt;
}

}  // namespace

std::string Firmware::Note() const {
  return generic ? StrCat("generic firmware", why_generic.empty() ? "" : ": ", why_generic) : "";
}

std::string MakeModelImage(const Model& model, std::string_view file) {
  std::string image;
  image.reserve(file.size() + 40);
  AppendWord(ModelImage::kMagic, &image);
  AppendWord(ModelImage::kVersion, &image);
  for (uint16_t dimension : model.config.Dimensions()) AppendWord(dimension, &image);
  AppendWord(static_cast<uint32_t>(file.size()), &image);
  return image.append(file);
}

// The program header table must grow, so it moves to the end of the file, before the data.
Result<std::string> AddSegment(std::string_view elf, uint32_t address, std::string_view data) {
  Elf32_Ehdr header;
  if (elf.size() < sizeof header || std::memcmp(elf.data(), ELFMAG, SELFMAG) != 0 ||
      elf[EI_CLASS] != ELFCLASS32 || elf[EI_DATA] != ELFDATA2LSB) {
    return Bad("not a little-endian ELF32 file");
  }
  std::memcpy(&header, elf.data(), sizeof header);
  const uint64_t table_bytes = uint64_t{header.e_phnum} * sizeof(Elf32_Phdr);
  if (header.e_phentsize != sizeof(Elf32_Phdr) || header.e_phnum >= PN_XNUM - 1 ||
      header.e_phoff + table_bytes > elf.size()) {
    return Bad("its program header table lies outside the file");
  }
  std::vector<Elf32_Phdr> table(header.e_phnum);
  std::memcpy(table.data(), elf.data() + header.e_phoff, table_bytes);
  for (const Elf32_Phdr& entry : table) {
    if (entry.p_type == PT_LOAD && entry.p_paddr < uint64_t{address} + data.size() &&
        uint64_t{entry.p_paddr} + entry.p_filesz > address && entry.p_filesz != 0) {
      return Bad(fmt::format("its segment at {:#010x} is in the way", entry.p_paddr));
    }
  }

  std::string out(elf);
  out.resize((out.size() + 3) / 4 * 4);
  header.e_phoff = static_cast<Elf32_Off>(out.size());
  header.e_phnum = static_cast<Elf32_Half>(header.e_phnum + 1);
  Elf32_Phdr added{};
  added.p_type = PT_LOAD;
  added.p_offset = static_cast<Elf32_Off>(out.size() + table_bytes + sizeof added);
  added.p_vaddr = added.p_paddr = address;
  added.p_filesz = added.p_memsz = static_cast<Elf32_Word>(data.size());
  added.p_flags = PF_R;
  added.p_align = 4;
  table.push_back(added);
  out.append(reinterpret_cast<const char*>(table.data()), table.size() * sizeof(Elf32_Phdr));
  out.append(data);
  std::memcpy(out.data(), &header, sizeof header);
  return out;
}

Result<Firmware> FindFirmware(const Model& model, std::string_view core, bool taps, Variant variant,
                              FirmwareBuild build, Specialise specialise) {
  const std::string ending = EndingOf(variant, build);
  const std::filesystem::path folder = FirmwareFolder() / core;
  std::string why_generic;

  if (!taps && variant != Variant::kPlain && specialise != Specialise::kNever) {
    if (auto built = FindBuilt(folder, ending, ImagesOf(model, variant), build)) return *std::move(built);
    if (specialise == Specialise::kCompile && std::getenv("ATOME_FIRMWARE_DIR") == nullptr) {
      Result<Firmware> compiled = CompileFirmware(model, core, variant, build);
      if (compiled.ok()) return compiled;
      why_generic = compiled.error().message;
    }
  }

  const std::string name =
      taps ? StrCat("generic-", VariantName(variant), "-taps.elf") : StrCat("generic", ending);
  const std::string path = (folder / name).string();
  Result<std::string> elf = ReadFile(path);
  if (!elf.ok()) {
    return Missing(StrCat("no firmware ", path,
                          "; run ci/build (it needs arm-none-eabi-g++, Debian: gcc-arm-none-eabi) or "
                          "set ATOME_FIRMWARE_DIR"));
  }
  std::string error;
  const auto parsed = emulation::ElfImage::Read(*elf, path, error);
  if (parsed == nullptr) return Bad(error);
  const auto at = parsed->FindSymbol(kImageSymbol);
  if (!at.has_value()) {
    return Bad(StrCat(path, ": has no symbol ", kImageSymbol, "; build it again"));
  }
  Result<std::string> joined = AddSegment(*elf, *at, MakeModelImage(model, model.bytes));
  if (!joined.ok()) return Bad(StrCat(path, ": ", joined.error().message));
  return Firmware{*std::move(joined), StrCat(core, "/", name, " + model"),
                  taps ? FirmwareBuild::kSpeed : build, true, std::move(why_generic)};
}

Result<Firmware> CompileFirmware(const Model& model, std::string_view core, Variant variant,
                                 FirmwareBuild build, Place place) {
  FirmwareOrder order = OrderFor(model, *emulation::FindCore(core), variant, build);
  order.place = place;
  Result<std::string> elf = MakeFirmware(order);
  if (!elf.ok()) return elf.error();
  const std::string stem = std::filesystem::path(model.path).stem().string();
  return Firmware{*std::move(elf), StrCat(core, "/", stem, EndingOf(variant, build)), build};
}

std::string FirmwareCompiler(std::string_view name) {
  const Result<std::string> elf = ReadFile((FirmwareFolder() / name.substr(0, name.find(" + "))).string());
  if (!elf.ok()) return {};
  std::string error;
  const auto image = emulation::ElfImage::Read(*elf, name, error);
  return image == nullptr ? "" : image->Compiler();
}

}  // namespace atome::harness
