#include "harness/causes/diff_text.h"

#include <algorithm>

#include "harness/base/table.h"
#include "harness/base/text.h"
#include "harness/causes/summary.h"

namespace atome::harness::report {
namespace {

constexpr size_t kMostCauses = 20;
constexpr size_t kNarrowest = 40;                 // columns, under which causes hang by less
constexpr size_t kMostRed = 40, kMostGreen = 15;  // rows of Markdown's folded tables

Colour ColourOf(const Cause& cause) {
  return cause.mark == 'x' ? Colour::kRed : cause.mark == '^' ? Colour::kYellow : Colour::kGreen;
}

// "x bits    Cortex-M3 f32 tiny_ties: ...", what follows of it indented to where the place begins.
std::string CauseLine(const Cause& cause, size_t kind_width, const TextStyle& style) {
  const std::string_view kind = CauseKindName(cause.kind);
  const std::string head =
      StrCat(std::string(1, cause.mark), " ", kind, std::string(kind_width - kind.size(), ' '));
  const size_t indent = style.width < kNarrowest ? 2 : head.size() + 2;
  const std::string text = Wrapped(StrCat(head, "  ", OneLine(cause.Text())), style.width, indent);
  return StrCat(Coloured(text.substr(0, head.size()), ColourOf(cause), style), text.substr(head.size()),
                "\n");
}

std::string ChangeLine(const Change& change) {
  const std::string cell = IsOfCell(change.what) ? change.key.Describe() : "";
  std::string text = StrCat(cell, cell.empty() ? "" : ": ");
  if (change.figure) StrAppend(&text, change.figure->Describe(), " ");
  text += WhatName(change.what);
  if (!change.before.empty() || !change.after.empty())
    StrAppend(&text, ", ", change.before, change.before.empty() || change.after.empty() ? "" : " -> ",
              change.after);
  if (!change.change.empty()) StrAppend(&text, ", ", change.change);
  if (!change.why.empty()) StrAppend(&text, "; ", change.why);
  return OneLine(text);
}

std::string Indented(const std::string& text, const TextStyle& style) {
  return Wrapped("    " + text, style.width, 6) + "\n";
}

// A command in lines that a shell takes as one.
std::string CommandLines(std::string_view command, const TextStyle& style) {
  std::string text =
      Wrapped(OneLine(command), style.width == TextStyle::kUnbounded ? style.width : style.width - 2, 4);
  for (size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 3) text.replace(at, 1, " \\\n");
  return text;
}

std::string Causes(const Diff& diff, const TextStyle& style, bool all) {
  const size_t shown = all ? diff.causes.size() : std::min(diff.causes.size(), kMostCauses);
  size_t width = 0;
  for (size_t i = 0; i < shown; ++i) width = std::max(width, CauseKindName(diff.causes[i].kind).size());
  std::string text;
  for (size_t i = 0; i < shown; ++i) {
    const Cause& cause = diff.causes[i];
    text += CauseLine(cause, width, style);
    if (!all) continue;
    for (const std::string& name : cause.names) text += Indented(StrCat("in full: ", OneLine(name)), style);
    if (!cause.next.empty()) text += Indented(StrCat("next: ", OneLine(cause.next)), style);
    for (const size_t change : cause.changes) text += Indented(ChangeLine(diff.changes[change]), style);
  }
  if (shown < diff.causes.size())
    StrAppend(&text, "  and ", Plural(diff.causes.size() - shown, "more cause"), ": --all\n");
  return text;
}

std::string Notes(const Diff& diff, const TextStyle& style, bool all) {
  const size_t count = diff.Count(Severity::kNote);
  if (count == 0) return "";
  if (!all) return StrCat("- ", Plural(count, "note"), ": --all\n");
  std::string text = StrCat("- ", Plural(count, "note"), "\n");
  for (const Change& change : diff.changes) {
    if (change.severity == Severity::kNote) text += Indented(ChangeLine(change), style);
  }
  return text;
}

// Rows of several causes, as many of each, so that a large one does not hide the others.
std::string ChangeTable(const Diff& diff, size_t most) {
  Table table{{{"cause", true}, {"cell"}, {"figure"}, {"what"}, {"before", true}, {"now", true}, {"change"}},
              {}};
  size_t causes_left = std::min(diff.causes.size(), most), rows_left = most;
  for (size_t i = 0; i < diff.causes.size() && causes_left > 0; ++i, --causes_left) {
    size_t of_cause = rows_left / causes_left;
    for (const size_t index : diff.causes[i].changes) {
      if (of_cause == 0) break;
      --of_cause;
      --rows_left;
      const Change& change = diff.changes[index];
      table.rows.push_back({StrCat(i + 1), IsOfCell(change.what) ? change.key.Describe() : "",
                            change.figure ? change.figure->Describe() : "",
                            std::string(WhatName(change.what)), change.before, change.after, change.change});
      for (std::string& field : table.rows.back()) field = CutTo(120, field);
    }
  }
  return FormatMarkdown(table);
}

}  // namespace

std::string DiffText(const Diff& diff, const TextStyle& style, bool all) {
  const Colour colour = diff.Regressed() ? Colour::kRed : Colour::kGreen;
  std::string text = StrCat(Coloured(Verdict(diff), colour, style), ": ", Headline(diff), "\n",
                            Causes(diff, style, all), Notes(diff, style, all));
  const auto next = std::ranges::find_if(diff.causes, [](const Cause& cause) { return !cause.next.empty(); });
  std::string rest;
  if (!all && next != diff.causes.end()) StrAppend(&rest, CommandLines("Next: " + next->next, style), "\n");
  for (const std::string& line : {AlsoDifferent(diff), Renamed(diff), Compared(diff)}) {
    if (!line.empty()) StrAppend(&rest, Wrapped(line, style.width, 2), "\n");
  }
  if (!diff.alone && !diff.causes.empty()) rest += "Meant so? atome accept REPORT --reason \"...\"\n";
  return StrCat(text, rest.empty() ? "" : "\n", rest);
}

std::string DiffMarkdown(const Diff& diff) {
  std::string text = StrCat("**", Verdict(diff), ": ", Headline(diff), "**\n");
  if (!diff.causes.empty()) {
    Table table{{{""}, {"kind"}, {"where"}, {"what"}}, {}};
    for (const Cause& cause : diff.causes) {
      if (table.rows.size() == kMostCauses) break;
      table.rows.push_back(
          {std::string(1, cause.mark), std::string(CauseKindName(cause.kind)), cause.where, cause.what});
    }
    StrAppend(&text, "\n", FormatMarkdown(table));
    if (diff.causes.size() > kMostCauses)
      StrAppend(&text, "\nand ", Plural(diff.causes.size() - kMostCauses, "more cause"), "\n");
    size_t figures = 0;
    for (const Cause& cause : diff.causes) figures += cause.changes.size();
    const size_t most = diff.Regressed() ? kMostRed : kMostGreen;
    StrAppend(&text, "\n<details><summary>", Plural(figures, "figure"),
              figures > most ? ", the first of each cause" : "", "</summary>\n\n", ChangeTable(diff, most),
              "\n</details>\n");
  }
  if (const size_t notes = diff.Count(Severity::kNote); notes > 0)
    StrAppend(&text, "\n", Plural(notes, "note"), " in `--all` and `--format json`.\n");
  for (const std::string& line : {AlsoDifferent(diff), Renamed(diff), Compared(diff)}) {
    if (!line.empty()) StrAppend(&text, "\n", line, "\n");
  }
  return text;
}

}  // namespace atome::harness::report
