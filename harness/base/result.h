// A value, or the reason why it could not be made; for every error in a user's input.
#ifndef ATOME_HARNESS_BASE_RESULT_H_
#define ATOME_HARNESS_BASE_RESULT_H_

#include <string>
#include <utility>
#include <variant>

namespace atome::harness {

struct Error {
  enum class Kind {
    kBad,      // the input is wrong
    kMissing,  // a file, tool or trace is not there
  };
  Kind kind = Kind::kBad;
  std::string message;  // one line: what, where, remedy
};

inline Error Bad(std::string message) { return {Error::Kind::kBad, std::move(message)}; }
inline Error Missing(std::string message) { return {Error::Kind::kMissing, std::move(message)}; }

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::move(value)) {}      // NOLINT: converts, so that functions return either
  Result(Error error) : held_(std::move(error)) {}  // NOLINT

  bool ok() const { return held_.index() == 0; }
  bool missing() const { return !ok() && error().kind == Error::Kind::kMissing; }
  // Only when ok().
  const T& operator*() const& { return std::get<0>(held_); }
  T&& operator*() && { return std::get<0>(std::move(held_)); }
  const T* operator->() const { return &std::get<0>(held_); }
  T* operator->() { return &std::get<0>(held_); }
  // Only when not ok().
  const Error& error() const { return std::get<1>(held_); }

 private:
  std::variant<T, Error> held_;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_RESULT_H_
