// A model file as the commands read it: dimensions, tensors, damage; what has none converts and stays the
// same model.
#include <optional>
#include <string>

#include "harness/fuzz/scratch_file.h"
#include "harness/model/convert.h"
#include "harness/model/inspect.h"
#include "harness/model/model.h"
#include "harness/model/prepared_image.h"

using namespace atome::harness;

// A byte: whether dimensions are given; the file.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 8192) return 0;
  static atome::fuzz::ScratchFile file("f.model");
  atome::fuzz::Input input(data, size);
  static const std::optional<std::string> kShapes[] = {
      std::nullopt, "vocab_size=19,d_model=9,n_layers=2,d_head=3,kernel_size=1,top_k=1,max_seq=16",
      "vocab_size=37,d_model=13,n_layers=2,d_head=5,kernel_size=3,top_k=3,max_seq=16"};
  const std::optional<std::string>& shape = kShapes[input.Byte() % 3];
  const std::string& path = file.With(input.Rest());
  const Result<Inspection> inspection = Inspect(path, shape);
  if (!inspection.ok()) {
    atome::fuzz::RequireRefusal(inspection.error().message, path);
    return 0;
  }
  uint64_t before = 0;
  for (const SectionFacts& section : inspection->sections) {
    atome::fuzz::Require(section.offset >= before, "sections in file order");
    before = section.offset;
  }
  for (const std::string& damage : inspection->damage)
    atome::fuzz::Require(atome::fuzz::IsOneLine(damage), "damage is a line each");
  const Result<Model> model = LoadModel(path, shape, 16);
  if (!model.ok()) atome::fuzz::RequireRefusal(model.error().message, path);
  return 0;
}
