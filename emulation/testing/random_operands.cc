#include <cctype>
#include <iterator>
#include <string_view>

#include "emulation/testing/random_forms.h"

namespace atome::emulation {
namespace {

constexpr uint32_t kLow[] = {0, 1, 2, 3, 4}, kAny[] = {0, 1, 2, 3, 4, 8, 9, 10, 11, 12};

// What the letters of an instruction stand for, each chosen once.
class Operands {
 public:
  explicit Operands(RandomNumbers& random) : random_(random) {}

  // Of a letter that has so many digits side by side.
  uint32_t Of(char letter, uint32_t digits) {
    if (letter == 'i') return random_.Below(1u << digits);
    const bool is_float = letter == 'f' || letter == 'g' || letter == 'h';
    const bool lowest = std::isupper(letter) != 0;
    int& number = numbers_[std::tolower(letter) - 'a'];
    if (number < 0) number = static_cast<int>(Chosen(static_cast<char>(std::tolower(letter)), digits));
    const auto value = static_cast<uint32_t>(number);
    return lowest ? value & 1 : is_float ? value >> 1 : value;
  }

 private:
  uint32_t Chosen(char letter, uint32_t digits) {
    switch (letter) {
      case 'd':
        return digits == 3 ? kLow[random_.Below(std::size(kLow))] : kAny[random_.Below(std::size(kAny))];
      case 'e':
        for (;;) {
          const uint32_t number = kAny[random_.Below(std::size(kAny))];
          if (static_cast<int>(number) != Number('d') && static_cast<int>(number) != Number('m'))
            return number;
        }
      case 'f':
      case 'g':
      case 'h':
        return random_.Below(32);
      default:
        return random_.Below(digits == 3 ? 8 : 13);
    }
  }
  int Number(char letter) const { return numbers_[letter - 'a']; }

  RandomNumbers& random_;
  int numbers_[26] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
                      -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
};

}  // namespace

std::string Halfwords(std::initializer_list<uint32_t> halfwords) {
  std::string bytes;
  for (const uint32_t halfword : halfwords) {
    bytes += static_cast<char>(halfword & 0xFF);
    bytes += static_cast<char>(halfword >> 8 & 0xFF);
  }
  return bytes;
}

std::string FillIn(const Form& form, RandomNumbers& random) {
  const std::string_view pattern = form.pattern;
  Operands operands(random);
  uint32_t bits = 0;
  for (size_t at = 0; at < pattern.size();) {
    const char letter = pattern[at];
    size_t digits = 1;
    while (letter > '1' && at + digits < pattern.size() && pattern[at + digits] == letter) ++digits;
    const uint32_t value = letter <= '1' ? static_cast<uint32_t>(letter - '0')
                                         : operands.Of(letter, static_cast<uint32_t>(digits));
    bits = bits << digits | value;
    at += digits;
  }
  return pattern.size() == 16 ? Halfwords({bits}) : Halfwords({bits >> 16, bits});
}

}  // namespace atome::emulation
