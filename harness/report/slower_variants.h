// What a table of cycles says in words: which variants are slower than another one of the same model.
#ifndef ATOME_HARNESS_REPORT_SLOWER_VARIANTS_H_
#define ATOME_HARNESS_REPORT_SLOWER_VARIANTS_H_

#include <string>
#include <vector>

#include "harness/report/report.h"

namespace atome::harness::report {

// Of cells that differ in the variant alone and have cycles a token, those that take more than the fastest.
// A line a model and variant, with how much more on which core or board: "a.atome03: q15 is slower than
// another variant on m7 (13 % over f32)". The model is left out where all cells are of one. In the cells'
// order; reports/page/sections/slower.py says the same on the page.
std::vector<std::string> SlowerVariants(const std::vector<const Cell*>& cells);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_REPORT_SLOWER_VARIANTS_H_
