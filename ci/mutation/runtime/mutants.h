// What an instrumented source calls; the compiler is told to include it first. One mutant, or none, is on in
// a process; its number comes from the environment (mutants.cc). While a run is recorded none is on, and each
// place tells when the mutant would have had another value.
#ifndef CI_MUTATION_RUNTIME_MUTANTS_H_
#define CI_MUTATION_RUNTIME_MUTANTS_H_

extern "C" int atome_mutants_on;           // 0: none; below 0: recording
extern "C" void atome_mutants_reach(int);  // while recording: this mutant would change something

namespace atome_mutate {

// Operators of Binary; those that assign stand behind kAssign.
enum Op {
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kEqual,
  kNotEqual,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kAnd,
  kOr,
  kXor,
  kLeft,
  kRight,
  kAssign,
};

template <int kNumber, auto kValue>
struct Alternative {};

// Whether this mutant is on. `differs`: whether it would change anything here.
[[gnu::always_inline]] constexpr bool On(int number, bool differs = true) {
  if (__builtin_is_constant_evaluated()) return false;
  const int on = atome_mutants_on;
  if (__builtin_expect(on >= 0, 1)) return on == number;
  if (differs) atome_mutants_reach(number);
  return false;
}

[[gnu::always_inline]] constexpr bool Recording() {
  if (__builtin_is_constant_evaluated()) return false;
  return atome_mutants_on < 0;
}

template <Op kOp, class A, class B>
[[gnu::always_inline]] constexpr auto Apply(const A& a, const B& b) {
  if constexpr (kOp == kLess) return a < b;
  if constexpr (kOp == kLessEqual) return a <= b;
  if constexpr (kOp == kGreater) return a > b;
  if constexpr (kOp == kGreaterEqual) return a >= b;
  if constexpr (kOp == kEqual) return a == b;
  if constexpr (kOp == kNotEqual) return a != b;
  if constexpr (kOp == kAdd) return a + b;
  if constexpr (kOp == kSubtract) return a - b;
  if constexpr (kOp == kMultiply) return a * b;
  if constexpr (kOp == kDivide) return a / b;
  if constexpr (kOp == kModulo) return a % b;
  if constexpr (kOp == kAnd) return a & b;
  if constexpr (kOp == kOr) return a | b;
  if constexpr (kOp == kXor) return a ^ b;
  if constexpr (kOp == kLeft) return a << b;
  if constexpr (kOp == kRight) return a >> b;
}

// Whether another operator gives another value; one that may not be computed here counts as other.
template <Op kOp, Op kOther, class A, class B>
[[gnu::always_inline]] constexpr bool Differs(const A& a, const B& b) {
  if constexpr (kOther == kDivide || kOther == kModulo || kOther == kLeft || kOther == kRight)
    return true;
  else
    return !(Apply<kOp>(a, b) == Apply<kOther>(a, b));
}

template <Op kOp, class... Alternatives>
struct Binary;

template <Op kOp>
struct Binary<kOp> {
  template <class A, class B>
  [[gnu::always_inline]] static constexpr auto Of(const A& a, const B& b) {
    return Apply<kOp>(a, b);
  }
  template <class A, class B>
  [[gnu::always_inline]] static constexpr A& Assign(A& a, const B& b) {
    a = static_cast<A>(Apply<kOp>(a, b));
    return a;
  }
};

template <Op kOp, int kNumber, Op kOther, class... Rest>
struct Binary<kOp, Alternative<kNumber, kOther>, Rest...> {
  template <class A, class B>
  [[gnu::always_inline]] static constexpr auto Of(const A& a, const B& b) {
    if (On(kNumber, Recording() && Differs<kOp, kOther>(a, b)))
      return static_cast<decltype(Apply<kOp>(a, b))>(Apply<kOther>(a, b));
    return Binary<kOp, Rest...>::Of(a, b);
  }
  template <class A, class B>
  [[gnu::always_inline]] static constexpr A& Assign(A& a, const B& b) {
    if (On(kNumber, Recording() && Differs<kOp, kOther>(a, b)))
      return a = static_cast<A>(Apply<kOther>(a, b));
    return Binary<kOp, Rest...>::Assign(a, b);
  }
};

// A value and what is added to it.
template <class T>
[[gnu::always_inline]] constexpr T Constant(const T& value) {
  return value;
}
template <class First, class... Rest>
struct Constants;
template <int kNumber, int kChange, class... Rest>
struct Constants<Alternative<kNumber, kChange>, Rest...> {
  template <class T>
  [[gnu::always_inline]] static constexpr T Of(T value) {
    if (On(kNumber)) return static_cast<T>(value + static_cast<T>(kChange));
    if constexpr (sizeof...(Rest) == 0)
      return value;
    else
      return Constants<Rest...>::Of(value);
  }
};

// A condition that a mutant forces to one value.
template <class First, class... Rest>
struct Forced;
template <int kNumber, bool kValue, class... Rest>
struct Forced<Alternative<kNumber, kValue>, Rest...> {
  [[gnu::always_inline]] static constexpr bool Of(bool value) {
    if (On(kNumber, value != kValue)) return kValue;
    if constexpr (sizeof...(Rest) == 0)
      return value;
    else
      return Forced<Rest...>::Of(value);
  }
};

// The left operand of && (kAnd) or ||: whether it decides alone, and what it then decides.
template <int kNumber, bool kAnd>
[[gnu::always_inline]] constexpr bool Decides(bool left) {
  return left == (On(kNumber) ? kAnd : !kAnd);
}
template <int kNumber, bool kAnd>
[[gnu::always_inline]] constexpr bool Decided() {
  return On(kNumber, false) ? kAnd : !kAnd;
}

// The value of a switch that lacks a case: one that is no case.
template <int kNumber, auto kLabel>
struct Case {};
template <class T>
[[gnu::always_inline]] constexpr T LeftOut(T value) {
  return value;
}
template <class T, int kNumber, auto kLabel, class... Rest>
[[gnu::always_inline]] constexpr T LeftOut(T value, Case<kNumber, kLabel>, Rest... rest) {
  if (On(kNumber, value == static_cast<T>(kLabel)) && value == static_cast<T>(kLabel))
    return static_cast<T>(~0ull);
  return LeftOut(value, rest...);
}

}  // namespace atome_mutate

#endif  // CI_MUTATION_RUNTIME_MUTANTS_H_
