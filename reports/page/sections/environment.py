"""Where it was measured, and how to measure each figure again."""

from __future__ import annotations

from reports.page import cells as of
from reports.page.document import MAX_COMMAND, Block, Column, Datum, Section, Table, clip
from reports.report_data import Report


def section(report: Report) -> Section:
    environment = report.environment
    facts = [("harness", environment.harness_version), ("commit", environment.commit), ("date", environment.date),
             ("host", environment.host), *sorted(environment.tools.items())]
    rows = [[Datum(clip(name, 60)), Datum(clip(value)) if value else Datum("not recorded", tone="muted")]
            for name, value in facts]
    blocks: list[Block] = [Table("Environment", [Column("what"), Column("which")], rows, 60)]
    commands = [report.command, *(each for each in report.sources if each != report.command)]
    blocks.append(Table("What ran", [Column("command", code=True)],
                        [[Datum(clip(each, MAX_COMMAND))] for each in commands if each], 100,
                        folded=len(commands) > 3, row_noun="commands"))
    cells = [[Datum(clip(str(cell.key), 200)), of.outcome(cell.outcome),
              Datum(clip(cell.command, MAX_COMMAND)) if cell.command else Datum("not recorded", tone="muted")]
             for cell in report.cells]
    blocks.append(Table("Measure a cell again: all its figures come from one command, from the repository's root",
                        [Column("cell"), Column("outcome"), Column("command", code=True)], cells, 1000, folded=True,
                        row_noun="cells"))
    return Section("environment", "Environment and commands",
                   [block for block in blocks if not isinstance(block, Table) or block.rows])

