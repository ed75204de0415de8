// Short names, as lists for people have them. Files, keys and options keep the full ones.
#ifndef ATOME_HARNESS_REPORT_NAMES_H_
#define ATOME_HARNESS_REPORT_NAMES_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace atome::harness::report {

// "m4f" -> "Cortex-M4F", by the table of cores, without what that says in brackets. What is no core of the
// table, as "host", stays.
std::string ShownCore(std::string_view core);

// "atome_60k.atome03" -> "60K", "tiny_ties.atome03" -> "tiny_ties", "tiny_ties.atome02" ->
// "tiny_ties.atome02": of files that hold the same weights that of the format for firmware goes without its
// ending.
std::string ShortModel(std::string_view file);

// Of a demangled C++ name "atome::q15::op::Sparse::Attend" of "unsigned long
// atome::q15::op::Sparse<...>::Attend <short, ...>(atome::q15::Workspace<...>&, unsigned long)": without
// parameters, arguments of templates, what is returned, namespaces without a name, and what the compiler adds
// ("[clone ...]"). Other names stay.
std::string FunctionName(std::string_view symbol);

inline constexpr size_t kMostShortSymbol = 40;

// The same without the namespaces of the project: "Sparse::Attend". At most `most` characters, as
// CutTo does it. Several symbols may have one short name.
std::string ShortSymbol(std::string_view symbol, size_t most = kMostShortSymbol);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_REPORT_NAMES_H_
