// Which tables show the cells of a kind: the "tables" of proto/catalogue.json.
#ifndef ATOME_HARNESS_REPORT_VIEW_H_
#define ATOME_HARNESS_REPORT_VIEW_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/report/report.h"

namespace atome::harness::report {

// A column, or with `by` several.
struct ViewColumn {
  enum class What {
    kField,    // of the key, or outcome, note, message
    kPart,     // name of the row's part, or of the cell's first part of kind `part`
    kFigures,  // `figures`, of the row's part, of the cell's first part of kind `part`, or of each part of
               // kind `by`
  };
  What what = What::kField;
  std::string field;
  std::vector<Quantity> figures;
  std::optional<Quantity> of;   // shown behind: "48/48"
  std::optional<Quantity> per;  // shown as "1/15.9" of it
  std::optional<catalogue::Shown> shown;
  PartKind part = PartKind::kWhole;
  PartKind by = PartKind::kWhole;
  std::string title;
  enum class Beside { kNothing, kInline, kColumn } interval = Beside::kNothing, spread = Beside::kNothing;
};

struct View {
  std::string title;
  PartKind rows = PartKind::kWhole;  // a row a part of this kind; else a row a cell
  std::optional<Quantity> with;      // parts that have it only
  std::optional<Quantity> order;     // the largest first
  std::vector<ViewColumn> columns;
  std::vector<std::string> least;  // fields and figures that a narrow table leaves out, the first to go first

  // Of the column of this field or figure, as Column has it.
  unsigned ImportanceOf(std::string_view name) const;
};

const std::vector<View>& ViewsOf(Kind kind);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_REPORT_VIEW_H_
