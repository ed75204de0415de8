// Names for people, apart from the engine so that a firmware that prints none carries none.
#include "engine/atome.h"

extern "C" const char* atome_status_text(atome_status status) {
  switch (status) {
    case ATOME_OK:
      return "success";
    case ATOME_ERROR_ARGUMENT:
      return "a null pointer where one is not allowed";
    case ATOME_ERROR_CONFIG:
      return "a dimension is out of range, or not the one compiled in";
    case ATOME_ERROR_MEMORY:
      return "the memory is too small or not aligned";
    case ATOME_ERROR_MAGIC:
      return "the file starts with none of ATOME01, ATOME02 and ATOME03, or not with the format compiled in";
    case ATOME_ERROR_SIZE:
      return "the file's size does not fit the configuration";
    case ATOME_ERROR_CODE:
      return "a byte encodes no trits, or padding is not zero";
    case ATOME_ERROR_VALUE:
      return "a scale or vector element is not finite";
    case ATOME_ERROR_RANGE:
      return "a constant derived from scales and vectors is not finite";
    case ATOME_ERROR_TOKEN:
      return "a token is outside the vocabulary";
    case ATOME_ERROR_NON_FINITE:
      return "an activation is not finite";
    case ATOME_ERROR_CHECKSUM:
      return "the file is damaged: a checksum does not fit";
    case ATOME_ERROR_POSITION:
      return "no position is left: the model's learned positions end here";
    case ATOME_ERROR_ACTIVATION:
      return "an activation is larger than it can be: memory or registers were damaged";
  }
  return "an unknown status";
}

extern "C" const char* atome_tensor_name(uint16_t tensor) {
  static const char* const kNames[] = {"",
                                       "embed",
                                       "gamma",
                                       "beta",
                                       "conv",
                                       "a",
                                       "b",
                                       "c",
                                       "wq",
                                       "wk",
                                       "wv",
                                       "router",
                                       "final gamma",
                                       "final beta",
                                       "unembed",
                                       "header",
                                       "block vectors",
                                       "block weights",
                                       "final vectors",
                                       "positions"};
  return tensor < sizeof kNames / sizeof kNames[0] ? kNames[tensor] : "an unknown tensor";
}
