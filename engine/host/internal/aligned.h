// Memory at the alignment of the widest vectors, in whole ones, not initialised unless asked for.
#ifndef ATOME_ENGINE_HOST_INTERNAL_ALIGNED_H_
#define ATOME_ENGINE_HOST_INTERNAL_ALIGNED_H_

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

namespace atome::host {

// Elements of int32 in the widest vector used: every row of elements is padded to whole ones with zeros.
inline constexpr size_t kLanes = 16;
inline constexpr size_t kAlignment = kLanes * 4;

constexpr size_t RoundUp(size_t count, size_t multiple) {
  return (count + multiple - 1) / multiple * multiple;
}
constexpr size_t Padded(size_t count) { return RoundUp(count, kLanes); }

// An array of numbers. Throws std::bad_alloc, like any container.
template <class T>
class Aligned {
 public:
  Aligned() = default;
  explicit Aligned(size_t count)
      : data_(static_cast<T*>(std::aligned_alloc(kAlignment, RoundUp(count * sizeof(T) + 1, kAlignment)))),
        count_(count) {
    if (data_ == nullptr) throw std::bad_alloc();
  }
  static Aligned Zeros(size_t count) {
    Aligned made(count);
    std::memset(made.get(), 0, count * sizeof(T));
    return made;
  }

  T* get() { return data_.get(); }
  const T* get() const { return data_.get(); }
  T& operator[](size_t i) { return data_.get()[i]; }
  const T& operator[](size_t i) const { return data_.get()[i]; }
  size_t bytes() const { return count_ * sizeof(T); }

 private:
  struct Free {
    void operator()(T* data) const { std::free(data); }
  };
  std::unique_ptr<T, Free> data_;
  size_t count_ = 0;
};

}  // namespace atome::host

#endif  // ATOME_ENGINE_HOST_INTERNAL_ALIGNED_H_
