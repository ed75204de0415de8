// A program that opens one shared library of somebody else and answers one request by its engine, as firmware
// does (engine/firmware/protocol.md). `atome` starts it with limits on time and output; the one on memory is
// set here.
//
//   atome_guest_engine LIBRARY V,d,L,h,K,k,S
//
// Descriptor 3 has the model file, 4 the request, and 5 takes the answer. Exit code 0 or 1 as the protocol
// says; 2: the library cannot be used, with the reason as the last line on stderr.
#include <dlfcn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#define ATOME_PROBE_CUSTOM
#include "engine/probe/atome_probe.h"

namespace {

constexpr int kModel = 3, kRequest = 4, kAnswer = 5;
constexpr int kUnusable = 2;

std::string request;

struct Bytes {
  const void* begin = nullptr;
  size_t size = 0;
};

// The file behind the descriptor; it stays mapped.
Bytes Map(int descriptor) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0 || status.st_size <= 0) return {};
  const auto size = static_cast<size_t>(status.st_size);
  void* const at = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  return at == MAP_FAILED ? Bytes{} : Bytes{at, size};
}

[[noreturn]] void Refuse(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  _exit(kUnusable);
}

// What an engine may take.
void LimitMemory() {
  constexpr rlim_t kMemory = rlim_t{4} << 30;
  const rlimit memory{kMemory, kMemory};
  setrlimit(RLIMIT_AS, &memory);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

const atome_probe_engine* Engine(const char* path) {
  void* const library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) Refuse(dlerror());
  using Get = const atome_probe_engine* (*)();
  const auto get = reinterpret_cast<Get>(dlsym(library, "atome_engine_v1"));
  if (get == nullptr) Refuse("it does not export atome_engine_v1, which engine/probe/atome_probe.h declares");
  const atome_probe_engine* const engine = get();
  if (engine == nullptr) Refuse("its atome_engine_v1 returns NULL");
  if (engine->version != ATOME_ENGINE_VERSION)
    Refuse("its engine is of version " + std::to_string(engine->version) +
           " of the interface; build it with version " + std::to_string(ATOME_ENGINE_VERSION));
  if (engine->name == nullptr || engine->reset == nullptr || engine->step == nullptr)
    Refuse("its engine has no name, reset or step");
  return engine;
}

}  // namespace

extern "C" {

const char* atome_probe_request(void) { return request.c_str(); }

void atome_probe_write(const char* text, size_t bytes) {
  while (bytes > 0) {
    const ssize_t written = write(kAnswer, text, bytes);
    if (written <= 0) _exit(kUnusable);
    text += written;
    bytes -= static_cast<size_t>(written);
  }
}

}  // extern "C"

int main(int argc, char** argv) {
  if (argc != 3) Refuse("usage: atome_guest_engine LIBRARY DIMENSIONS, started by atome");
  LimitMemory();
  const Bytes file = Map(kModel), text = Map(kRequest);
  if (file.begin == nullptr || text.begin == nullptr) Refuse("usage: descriptors 3 and 4 are to be files");
  request.assign(static_cast<const char*>(text.begin), text.size);
  atome_probe_model model{file.begin, file.size, {}};
  const char* at = argv[2];
  for (uint16_t& dimension : model.dimensions) {
    char* end = nullptr;
    dimension = static_cast<uint16_t>(std::strtoul(at, &end, 10));
    at = *end == ',' ? end + 1 : end;
  }
  // Behind the logits is what a step that writes too many would write over first; the library is told so.
  constexpr size_t kGuard = 16;
  constexpr float kUntouched = -1.25f;
  const size_t vocabulary = model.dimensions[0];
  std::vector<float> logits(vocabulary + kGuard, kUntouched);
  const int code = atome_probe_run(Engine(argv[1]), &model, logits.data());
  for (size_t i = vocabulary; i < logits.size(); ++i) {
    if (logits[i] != kUntouched)
      Refuse("its step wrote more logits than the vocabulary of " + std::to_string(vocabulary) + " has");
  }
  _exit(code);  // whatever the library does at its end
}
