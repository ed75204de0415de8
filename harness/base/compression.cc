#include "harness/base/compression.h"

#include <lzma.h>

#include <algorithm>
#include <cstdint>

#include "harness/base/text.h"

namespace atome::harness {
namespace {

constexpr uint64_t kMaxMemory = uint64_t{128} << 20;  // reading level 9 takes 65 MiB

// Frees the stream at the end of the scope.
struct Stream {
  lzma_stream lzma = LZMA_STREAM_INIT;
  Stream() = default;
  ~Stream() { lzma_end(&lzma); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
};

std::string Meaning(lzma_ret code) {
  switch (code) {
    case LZMA_FORMAT_ERROR:
      return "is not in the .xz format";
    case LZMA_MEMLIMIT_ERROR:
      return StrCat("needs more than ", kMaxMemory, " bytes of memory to read");
    case LZMA_BUF_ERROR:
      return "is cut off";
    case LZMA_MEM_ERROR:
      return "needs more memory than this machine has";
    default:
      return "is damaged";
  }
}

// Sends all of `input` through a prepared stream. Returns LZMA_STREAM_END on success, LZMA_OK when more than
// `max_bytes` came out, else the error.
lzma_ret Pump(Stream* stream, std::string_view input, size_t max_bytes, std::string* out) {
  stream->lzma.next_in = reinterpret_cast<const uint8_t*>(input.data());
  stream->lzma.avail_in = input.size();
  size_t written = 0;
  lzma_ret code = LZMA_OK;
  while (code == LZMA_OK && written <= max_bytes) {
    out->resize(std::min(std::max(out->size() * 2, size_t{1} << 16), max_bytes + 1));
    stream->lzma.next_out = reinterpret_cast<uint8_t*>(out->data()) + written;
    stream->lzma.avail_out = out->size() - written;
    code = lzma_code(&stream->lzma, LZMA_FINISH);
    written = out->size() - stream->lzma.avail_out;
  }
  out->resize(written);
  return written > max_bytes ? LZMA_OK : code;
}

}  // namespace

Result<std::string> Compressed(std::string_view bytes) {
  Stream stream;
  lzma_ret code = lzma_easy_encoder(&stream.lzma, LZMA_PRESET_DEFAULT, LZMA_CHECK_CRC64);
  std::string out;
  if (code == LZMA_OK) code = Pump(&stream, bytes, lzma_stream_buffer_bound(bytes.size()), &out);
  if (code != LZMA_STREAM_END) return Bad(StrCat("cannot be compressed: ", Meaning(code)));
  return out;
}

Result<std::string> Decompressed(std::string_view xz, size_t max_bytes) {
  Stream stream;
  lzma_ret code = lzma_stream_decoder(&stream.lzma, kMaxMemory, LZMA_CONCATENATED);
  std::string out;
  if (code == LZMA_OK) code = Pump(&stream, xz, max_bytes, &out);
  if (code == LZMA_OK) return Bad(StrCat("holds over ", max_bytes, " bytes"));
  if (code != LZMA_STREAM_END) return Bad(Meaning(code));
  return out;
}

}  // namespace atome::harness
