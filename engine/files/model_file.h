// Where each tensor stands in an ATOME01 or ATOME02 file, and the check of a whole untrusted file. After the
// check the engine reads without checking again.
#ifndef ATOME_ENGINE_FILES_MODEL_FILE_H_
#define ATOME_ENGINE_FILES_MODEL_FILE_H_

#include <stdint.h>
#include <string.h>

#include "engine/atome.h"
#include "engine/files/bytes.h"
#include "engine/files/ternary.h"
#include "engine/maths/float_bits.h"
#include "engine/shape.h"

namespace atome {

inline constexpr uint32_t kMagicBytes = 7;

// A ternary tensor of a checked file.
struct TernaryTensor {
  Format format;
  const uint8_t* at;

  TritCursor From(uint32_t trit) const { return TritCursor(format, at + sizeof(float), trit); }
};

// A vector of `float`, or of half precision, of a checked file, at any alignment.
struct FloatTensor {
  const uint8_t* at;
  bool half = false;

  uint32_t Bits(uint32_t i) const {
    return half ? LoadHalfBits(at + i * 2) : LoadWord(at + i * sizeof(float));
  }
  float operator[](uint32_t i) const { return FromBits(Bits(i)); }
};

// Offsets from the start of the file. All follow from the shape, so a fixed shape turns them into constants.
template <class Shape>
class FileLayout {
 public:
  constexpr explicit FileLayout(const Shape& shape) : shape_(shape) {}

  // Of a tensor of the format.
  constexpr uint64_t Of(atome_tensor tensor, uint32_t layer) const {
    switch (tensor) {
      case ATOME_TENSOR_GAMMA:
        return Block(layer) + Gamma();
      case ATOME_TENSOR_BETA:
        return Block(layer) + Beta();
      case ATOME_TENSOR_CONV:
        return Block(layer) + Conv();
      case ATOME_TENSOR_A:
        return Block(layer) + A();
      case ATOME_TENSOR_B:
        return Block(layer) + B();
      case ATOME_TENSOR_C:
        return Block(layer) + C();
      case ATOME_TENSOR_WQ:
        return Block(layer) + Wq();
      case ATOME_TENSOR_WK:
        return Block(layer) + Wk();
      case ATOME_TENSOR_WV:
        return Block(layer) + Wv();
      case ATOME_TENSOR_ROUTER:
        return Block(layer) + Router();
      case ATOME_TENSOR_FINAL_GAMMA:
        return FinalGamma();
      case ATOME_TENSOR_FINAL_BETA:
        return FinalBeta();
      case ATOME_TENSOR_UNEMBED:
        return Unembed();
      default:
        return Embed();
    }
  }

  constexpr uint64_t Embed() const { return kMagicBytes; }
  constexpr uint64_t Block(uint32_t layer) const {
    return Embed() + Ternary(uint64_t{shape_.vocab_size()} * shape_.d_model()) + layer * BlockBytes();
  }
  // Within a block.
  constexpr uint64_t Gamma() const { return 0; }
  constexpr uint64_t Beta() const { return Gamma() + Vector(); }
  constexpr uint64_t Conv() const { return Beta() + Vector(); }
  constexpr uint64_t A() const { return Conv() + Ternary(shape_.d_model() * shape_.kernel_size()); }
  constexpr uint64_t B() const { return A() + Vector(); }
  constexpr uint64_t C() const { return B() + Vector(); }
  constexpr uint64_t Wq() const { return C() + Vector(); }
  constexpr uint64_t Wk() const { return Wq() + Ternary(shape_.d_head() * shape_.d_model()); }
  constexpr uint64_t Wv() const { return Wk() + Ternary(shape_.d_head() * shape_.d_model()); }
  constexpr uint64_t Router() const { return Wv() + Ternary(shape_.d_model() * shape_.d_model()); }
  constexpr uint64_t BlockBytes() const { return Router() + Ternary(3 * shape_.d_model()); }
  // After the blocks.
  constexpr uint64_t FinalGamma() const { return Block(shape_.n_layers()); }
  constexpr uint64_t FinalBeta() const { return FinalGamma() + Vector(); }
  constexpr uint64_t Unembed() const { return FinalBeta() + Vector(); }
  constexpr uint64_t FileBytes() const {
    return Unembed() + Ternary(uint64_t{shape_.vocab_size()} * shape_.d_model());
  }

 private:
  constexpr uint64_t Vector() const { return uint64_t{shape_.d_model()} * sizeof(float); }
  constexpr uint64_t Ternary(uint64_t trits) const {
    return sizeof(float) + PackedBytes(shape_.format(), trits);
  }

  const Shape& shape_;
};

// Whether the magic is that of a format. ATOME03's ends in a zero.
[[gnu::always_inline]] inline bool IsFormat(const uint8_t* file, size_t file_bytes, Format format) {
  const uint32_t magic_bytes = format == Format::kColumns ? kMagicBytes + 1 : kMagicBytes;
  static constexpr const char* kMagics[] = {"ATOME01", "ATOME02", "ATOME03"};
  return file_bytes >= magic_bytes && SameBytes(file, kMagics[static_cast<int>(format) - 1], magic_bytes);
}

// Sets `*format` from the magic; false when it is none of them.
inline bool ReadMagic(const uint8_t* file, size_t file_bytes, Format* format) {
  constexpr Format kFormats[] = {Format::kTwoBit, Format::kBase3, Format::kColumns};
  for (const Format each : kFormats) {
    *format = each;
    if (IsFormat(file, file_bytes, each)) return true;
  }
  return false;
}

// Walks a file of the right size in order and stops at the first byte or value that is not allowed.
class FileChecker {
 public:
  FileChecker(const uint8_t* file, Format format) : file_(file), format_(format) {}

  // Checks every tensor of `shape`; on failure `*where` says which byte, tensor and layer.
  template <class Shape>
  atome_status Check(const Shape& shape, atome_location* where) {
    const uint32_t d = shape.d_model();
    offset_ = kMagicBytes;
    Trits(ATOME_TENSOR_EMBED, shape.vocab_size() * d);
    for (layer_ = 0; layer_ < shape.n_layers(); ++layer_) {
      Floats(ATOME_TENSOR_GAMMA, d);
      Floats(ATOME_TENSOR_BETA, d);
      Trits(ATOME_TENSOR_CONV, d * shape.kernel_size());
      Floats(ATOME_TENSOR_A, d);
      Floats(ATOME_TENSOR_B, d);
      Floats(ATOME_TENSOR_C, d);
      Trits(ATOME_TENSOR_WQ, shape.d_head() * d);
      Trits(ATOME_TENSOR_WK, shape.d_head() * d);
      Trits(ATOME_TENSOR_WV, d * d);
      Trits(ATOME_TENSOR_ROUTER, 3 * d);
      if (status_ != ATOME_OK) break;
    }
    if (status_ == ATOME_OK) layer_ = 0;
    Floats(ATOME_TENSOR_FINAL_GAMMA, d);
    Floats(ATOME_TENSOR_FINAL_BETA, d);
    Trits(ATOME_TENSOR_UNEMBED, shape.vocab_size() * d);
    if (status_ != ATOME_OK && where != nullptr) {
      *where = {offset_, static_cast<uint16_t>(layer_), static_cast<uint16_t>(tensor_)};
    }
    return status_;
  }

 private:
  void Floats(atome_tensor tensor, uint32_t count) {
    for (; count != 0 && status_ == ATOME_OK; --count) {
      tensor_ = tensor;
      if (!IsFiniteBits(LoadWord(file_ + offset_))) {
        status_ = ATOME_ERROR_VALUE;
        return;
      }
      offset_ += sizeof(float);
    }
  }

  void Trits(atome_tensor tensor, uint32_t count) {
    Floats(tensor, 1);
    const uint32_t per_byte = TritsPerByte(format_);
    for (; count != 0 && status_ == ATOME_OK; ++offset_) {
      const uint32_t used = count < per_byte ? count : per_byte;
      if (!ValidByte(file_[offset_], used)) {
        status_ = ATOME_ERROR_CODE;
        return;
      }
      count -= used;
    }
  }

  // Whether a byte encodes trits, all after the first `used` of them 0.
  bool ValidByte(uint8_t byte, uint32_t used) const {
    if (format_ == Format::kTwoBit) {
      if ((byte >> 1) & ~byte & 0x55) return false;  // 10
    } else if (byte > 242) {
      return false;
    }
    if (used == TritsPerByte(format_)) return true;
    TritCursor cursor(format_, &byte, used);
    for (; used < TritsPerByte(format_); ++used) {
      if (cursor.Next() != 0) return false;
    }
    return true;
  }

  const uint8_t* file_;
  Format format_;
  atome_status status_ = ATOME_OK;
  uint32_t offset_ = 0;
  uint32_t layer_ = 0;
  atome_tensor tensor_ = ATOME_TENSOR_NONE;
};

}  // namespace atome

#endif  // ATOME_ENGINE_FILES_MODEL_FILE_H_
