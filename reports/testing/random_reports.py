"""Random reports for property tests: any text where text may be, finite numbers of any size, every outcome and figure.

No two keys of a report read alike, no two figures of a cell have one name and part.
"""

from __future__ import annotations

import datetime
import random
import struct

from reports import catalogue
from reports import report_file as rf

_CHARACTERS = "ab0 =[],;\"'<&>\\\t\n\r\0\x1b\x7f\x85é\u2028\ufffe\ufffd\U0001f600"
_PART_KINDS = ("", "", "op", "symbol", "board", "against")
_NAMES = {part_kind: [name for name, quantity in catalogue.FIGURES.items() if quantity.may_be_of(part_kind)]
          for part_kind in _PART_KINDS}


def _text(random_: random.Random, longest: int = 6) -> str:
    return "".join(random_.choices(_CHARACTERS, k=random_.randint(0, longest)))


def _real(random_: random.Random) -> float:
    """Of any bits that are a finite number."""
    bits = random_.choice([0, 2**63, 1, random_.getrandbits(52), 0x7FEFFFFFFFFFFFFF, random_.getrandbits(62)])
    return float(struct.unpack("<d", struct.pack("<Q", bits))[0])


def _figure(random_: random.Random) -> rf.Figure:
    part_kind = random_.choice(_PART_KINDS)
    count = random_.choice([0, 1, 2**63 - 1, 2**63, 2**64 - 1, random_.getrandbits(20)])
    values: tuple[rf.Value, ...] = (count, _real(random_), _text(random_))
    low, high = random_.choice([(None, None), sorted((_real(random_), _real(random_)))])
    return rf.Figure(random_.choice(_NAMES[part_kind]), random_.choice(values), part_kind, _text(random_) if part_kind else "",
                     low, high, tuple(_real(random_) for _ in range(random_.randint(0, 3))))


def _divergence(random_: random.Random) -> rf.Divergence:
    layer, ulp = (random_.choice([None, 0, random_.getrandbits(32)]) for _ in range(2))
    index, expected, actual = random_.choice([(None, None, None), tuple(random_.getrandbits(32) for _ in range(3))])
    return rf.Divergence(random_.randint(0, 9), random_.randint(0, 9), _text(random_), layer, index, expected, actual, ulp,
                         _text(random_))


def _cell(random_: random.Random) -> rf.Cell:
    key = rf.Key(random_.choice(list(catalogue.KINDS)),
                 core=random_.choice(["", "m0", "m3"]), board=random_.choice(["", "bluepill"]),
                 variant=random_.choice(["", "f32", "q15kv8"]), text=random_.choice(["", f"text {_text(random_)}"]))
    figures = {f.id: f for f in (_figure(random_) for _ in range(random_.randint(0, 5)))}
    return rf.Cell(key, random_.choice(["pass", *catalogue.OUTCOMES]),
                   _text(random_), _text(random_), _text(random_), _text(random_), _text(random_), _text(random_),
                   random_.choice([None, _divergence(random_)]),
                   {random_.choice(_NAMES[""]): _text(random_) for _ in range(random_.randint(0, 2))}, list(figures.values()))


def random_report(seed: int) -> rf.Report:
    random_ = random.Random(seed)
    cells = {str(cell.key): cell for cell in (_cell(random_) for _ in range(random_.randint(0, 4)))}
    date = datetime.datetime(1990, 1, 1) + datetime.timedelta(seconds=random_.randint(0, 3 * 10**9))
    return rf.Report(f"atome {_text(random_)}",
                     rf.Environment(_text(random_), _text(random_), _text(random_), date.isoformat() + "Z",
                                    {_text(random_): _text(random_) for _ in range(random_.randint(0, 3))}),
                     list(cells.values()), [_text(random_) for _ in range(random_.randint(0, 2))])
