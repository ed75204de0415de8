// The constants of a prepared image by name, or of a file once they are derived: a block that each variant
// lays out (constants.h of f32 and q15).
#ifndef ATOME_ENGINE_IMAGE_CONSTANTS_BLOCK_H_
#define ATOME_ENGINE_IMAGE_CONSTANTS_BLOCK_H_

#include <stddef.h>
#include <stdint.h>

namespace atome {

// Layout: offsets of the block, made of a Shape; ModelType and LayerType: constants of the model and of a
// layer; Element: of vectors. Byte is const uint8_t for those who read, uint8_t for who makes it.
template <class Layout, class Shape, class ModelType, class LayerType, class Element, class Byte>
class ConstantsBlockOf {
 public:
  ConstantsBlockOf(const Shape& shape, Byte* at) : shape_(shape), at_(at) {}

  auto& Model() const { return *As<ModelType>(at_ + Offsets().Model()); }
  auto& Layer(uint32_t layer) const { return As<LayerType>(at_ + Offsets().Layers())[layer]; }
  // `layer` L is the final norm.
  auto* Gamma(uint32_t layer) const { return Row(Offsets().Gamma(), layer); }
  auto* Beta(uint32_t layer) const { return Row(Offsets().Beta(), layer); }
  auto* Decay(uint32_t layer) const { return Row(Offsets().Decay(), layer); }
  auto* Gain(uint32_t layer) const { return Row(Offsets().Gain(), layer); }

 private:
  template <class T>
  static const T* As(const uint8_t* at) {
    return reinterpret_cast<const T*>(at);
  }
  template <class T>
  static T* As(uint8_t* at) {
    return reinterpret_cast<T*>(at);
  }
  Layout Offsets() const { return Layout(shape_); }
  auto* Row(uint32_t offset, uint32_t layer) const {
    return As<Element>(at_ + offset) + size_t{layer} * shape_.d_model();
  }

  const Shape& shape_;
  Byte* at_;
};

}  // namespace atome

#endif  // ATOME_ENGINE_IMAGE_CONSTANTS_BLOCK_H_
