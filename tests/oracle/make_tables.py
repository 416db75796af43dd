"""Makes tables as people have them, and reads them with Python's own csv and decimal modules.

    python3 make_tables.py FOLDER COUNT SEED

Writes FOLDER/N.csv, and FOLDER/tables.json with the numbers of each column as the bits of a double,
`null` where a cell is missing. A table whose marks can be read in two ways is listed as open, with
the option that settles it. Nothing here knows how Downhill reads.
"""

import csv
import io
import json
import random
import re
import struct
import sys
from decimal import Decimal
from pathlib import Path

MARKERS = ["NA", "n/a", "-", "--", "---", "null", "nan", "NaN", "#N/A", "?", "missing", "Error", ""]
OWN_MARKERS = ["offline", "out of range", "x"]
UNITS = ["%", " %", " °C", " C", "V", " kWh", " hPa", " m/s", " µg/m3"]
SPACES = [" ", "\u00a0", "\u202f", "\u2009"]


def grouped(digits, separator, indian):
    """Digits with a separator between thousands."""
    if indian and len(digits) > 3:
        front, last = digits[:-3], digits[-3:]
        odd = len(front) % 2
        pairs = ([front[:1]] if odd else []) + [front[i : i + 2] for i in range(odd, len(front), 2)]
        return separator.join([*pairs, last])
    odd = len(digits) % 3
    threes = ([digits[:odd]] if odd else []) + [digits[i : i + 3] for i in range(odd, len(digits), 3)]
    return separator.join(threes)


class Column:
    """Numbers of one column, and how it writes them."""

    def __init__(self, random, style):
        self.decimal, self.thousands, self.indian = style
        self.random = random
        self.size = random.randint(1, 8)
        self.places = random.choice([0, 0, 1, 2, 3, 4, 6])
        self.is_fixed = random.random() < 0.5
        self.unit = random.choice(UNITS) if random.random() < 0.2 else ""
        self.markers = random.sample(MARKERS, 2) if random.random() < 0.4 else []
        self.own = random.choice(OWN_MARKERS) if random.random() < 0.15 else None
        self.minus = random.choice(["-", "-", "-", "\u2212"]) if self.thousands else "-"

    def number(self):
        size = self.random.randint(1, self.size)
        digits = str(self.random.randrange(10**size))
        places = self.places if self.is_fixed else self.random.randint(0, self.places)
        text = grouped(digits, self.thousands, self.indian) if self.thousands else digits
        if places:
            text += self.decimal + "".join(self.random.choice("0123456789") for _ in range(places))
        sign = self.random.random()
        return (self.minus if sign < 0.2 else "+" if sign < 0.22 else "") + text + self.unit

    def cells(self, rows):
        cells = [self.number() for _ in range(rows)]
        for marker in self.markers:
            for _ in range(self.random.randint(0, rows // 4)):
                cells[self.random.randrange(rows)] = marker
        if self.own:
            for at in self.random.sample(range(rows), 2):
                cells[at] = self.own
        return cells


def plain(cell, unit, thousands, decimal):
    """The decimal number of a cell, as its column writes it."""
    text = cell.strip().removesuffix(unit).strip().replace("\u2212", "-")
    if thousands:
        text = text.replace(thousands, "")
    return Decimal(text.replace(decimal, "."))


def is_open(columns, delimiter):
    """Tells whether every mark stands before three digits, and could part thousands.

    Returns the mark, or None where the file settles it.
    """
    either = re.compile(r"[+\u2212-]?[1-9]\d{0,2}([.,])\d{3}$")
    bare = re.compile(r"[+\u2212-]?(\d+)$")
    marks, found = set(), []
    for column, cells in columns:
        numbers = [cell.removesuffix(column.unit).strip() for cell in cells]
        of_column, has_small, has_large = set(), False, False
        for text in numbers:
            if match := either.match(text):
                of_column.add(match[1])
            elif match := bare.match(text):
                has_small |= len(match[1]) <= 3
                has_large |= len(match[1]) > 3
            elif re.match(r"[+\u2212-]?[\d., '\u2019\u00a0\u202f\u2009]*$", text) and re.search("[.,]", text):
                return None
        if of_column and has_large:
            return None
        marks |= of_column
        if of_column:
            found.append((of_column, has_small))
    if not marks:
        return None
    # By custom, points before as many digits in every number are decimal points.
    if marks == {"."} and delimiter != ";" and not any(small for _, small in found):
        return "custom"
    return "/".join(sorted(marks))


def table(random):
    """A table: its text and its numbers."""
    delimiter = random.choice([",", ";", "\t", "|"])
    decimal = random.choice([".", ","])
    other = "," if decimal == "." else "."
    thousands = random.choice(["", "", other, other, "'", "\u2019", random.choice(SPACES)])
    style = (decimal, thousands, thousands == "," and random.random() < 0.2)
    rows = random.randint(8, 40) if random.random() < 0.95 else random.randint(150, 400)
    columns = [Column(random, style) for _ in range(random.randint(2, 5))]
    # The first column is whole numbers, so that nothing else is said of the rows.
    columns[0].size, columns[0].places = 3, 0
    columns[0].unit, columns[0].markers, columns[0].own = "", [], None
    cells = [column.cells(rows) for column in columns]
    numbers = [sum(has_number(cell) for cell in one) for one in cells]
    owned = [column.own and count <= 2 * rows // 3 for column, count in zip(columns, numbers)]
    if any(owned) or any(count < 3 for count in numbers):
        return table(random)
    text = io.StringIO()
    quoting = random.choice([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    end = random.choice(["\n", "\r\n"])
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerow([f"c{at}" for at in range(len(columns))])
    writer.writerows(zip(*cells))
    return text.getvalue(), delimiter, columns, decimal, thousands


def has_number(cell):
    return bool(re.search(r"\d", cell))


def main():
    folder, count, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    generator = random.Random(seed)
    tables = []
    while len(tables) < count:
        text, delimiter, columns, decimal, thousands = table(generator)
        header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        read = list(zip(*rows))
        settles = is_open(list(zip(columns, read)), delimiter)
        if settles == "custom" and decimal == ",":
            continue
        values = []
        for column, cells in zip(columns, read):
            is_gap = lambda cell: not has_number(cell)
            numbers = [
                None if is_gap(cell) else float(plain(cell, column.unit, thousands, decimal))
                for cell in cells
            ]
            bits = lambda number: struct.unpack("<Q", struct.pack("<d", number))[0]
            values.append([None if number is None else str(bits(number)) for number in numbers])
        name = f"{len(tables)}.csv"
        (folder / name).write_text(text, encoding="utf-8", newline="")
        tables.append(
            {
                "file": name,
                "open": settles not in (None, "custom"),
                "decimal": decimal,
                "names": header,
                "units": [column.unit.strip() or None for column in columns],
                "values": values,
            }
        )
    (folder / "tables.json").write_text(json.dumps(tables), encoding="utf-8")


if __name__ == "__main__":
    main()
