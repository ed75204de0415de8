// memcpy and memset, all that the compiler and the engine need of a C library. A byte at a time: firmware
// start-up and a reset of the state are the only large users.
#include <stddef.h>
#include <stdint.h>

extern "C" {

void* memcpy(void* __restrict destination, const void* __restrict source, size_t size) {
  uint8_t* to = static_cast<uint8_t*>(destination);
  const uint8_t* from = static_cast<const uint8_t*>(source);
  for (size_t i = 0; i < size; ++i) to[i] = from[i];
  return destination;
}

void* memset(void* destination, int value, size_t size) {
  uint8_t* to = static_cast<uint8_t*>(destination);
  for (size_t i = 0; i < size; ++i) to[i] = static_cast<uint8_t>(value);
  return destination;
}

}  // extern "C"
