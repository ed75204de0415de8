// The engine's compile-time choices, all of them.
//   ATOME_SMALL=1              few bytes before speed; headers of engine/targets/small must come first
//   ATOME_TAPS=1               expose every intermediate through atome_set_tap
//   ATOME_FIXED_SHAPE=V,d,L,h,K,k,S,format
//                              dimensions and format (1 to 3: files ATOME01 to 03, 4, 5: image) as constants,
//                              for firmware; without it they are chosen when a model is opened
//   ATOME_CACHE_BITS=32, 16 or 8
//                              in attention's cache, as a constant: 32 or 16 of f32, 16 or 8 of q15,
//                              without it chosen when a model is opened
//   ATOME_CHECK_IMAGE=0        a prepared image is opened without its checksum: a fast start, and damage goes
//                              unseen
//   ATOME_RANGE_CHECKS=1       a step whose vectors are larger than the numerical contract says has the
//   status
//                              ATOME_ERROR_ACTIVATION
// Of the firmware's main.cc alone:
//   ATOME_SCRUB_BYTES=1024     so many bytes of the prepared image are checked after each token; 0: none
//   ATOME_VARIANT=kF32         the table of engine/variants.h that it runs
//   ATOME_COMMAND_LINE_BYTES=2048
//                              of the longest request and its final 0; firmware/protocol.md
#ifndef ATOME_ENGINE_CONFIG_H_
#define ATOME_ENGINE_CONFIG_H_

#include "engine/shape.h"

#ifndef ATOME_SMALL
#define ATOME_SMALL 0
#endif
#ifndef ATOME_TAPS
#define ATOME_TAPS 0
#endif
#ifndef ATOME_CHECK_IMAGE
#define ATOME_CHECK_IMAGE 1
#endif
#ifndef ATOME_RANGE_CHECKS
#define ATOME_RANGE_CHECKS 0
#endif
#ifndef ATOME_SCRUB_BYTES
#define ATOME_SCRUB_BYTES 0
#endif

// What is called from outside an engine's one translation unit: all else of it may be dropped or changed by a
// compiler that is told so by -fwhole-program.
#if defined(__GNUC__) && !defined(__clang__)
#define ATOME_EXPORT [[gnu::externally_visible]]
#else
#define ATOME_EXPORT
#endif

namespace atome {

inline constexpr bool kSmall = ATOME_SMALL != 0;
inline constexpr bool kTaps = ATOME_TAPS != 0;
inline constexpr bool kImagesAreChecked = ATOME_CHECK_IMAGE != 0;
inline constexpr bool kRangesAreChecked = ATOME_RANGE_CHECKS != 0;
inline constexpr uint32_t kScrubBytes = ATOME_SCRUB_BYTES;

#ifdef ATOME_FIXED_SHAPE
using ActiveShape = FixedShape<ATOME_FIXED_SHAPE>;
#else
using ActiveShape = RuntimeShape;
#endif

// Whether a file may have two bits a trit: not where another format is compiled in.
template <class Shape>
inline constexpr bool kMayBeTwoBit = true;
template <FixedFormat Shape>
inline constexpr bool kMayBeTwoBit<Shape> = Shape::format() == Format::kTwoBit;
inline constexpr bool kTwoBitTrits = kMayBeTwoBit<ActiveShape>;

}  // namespace atome

#endif  // ATOME_ENGINE_CONFIG_H_
