"""Tables on standard output, and the same rows as JSON, one object a line."""

import json
import os
import sys

import figures


class Report:
    """The rows of one bench; the file is written anew with each of them, so that a bench that is stopped leaves what it has."""

    def __init__(self, bench, folder, machine):
        self.bench = bench
        self.machine = machine
        # Both kernels may be measured one after the other.
        suffix = "" if machine["where"] == "own" else f"-{machine['where']}"
        self.path = os.path.join(folder, f"{bench}{suffix}.json")
        self.rows = []
        os.makedirs(folder, exist_ok=True)

    def table(self, question, columns, rows):
        """`columns` are pairs of a heading and a key of the rows; what is only for the JSON has no column."""
        self.rows += [{"bench": self.bench, **self.machine, "question": question, **row} for row in rows]
        with open(self.path, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in self.rows)
        cells = [[heading for heading, _ in columns]]
        cells += [[text(row.get(key)) for _, key in columns] for row in rows]
        widths = [max(len(line[column]) for line in cells) for column in range(len(columns))]
        print(f"\n{question}")
        for line in cells:
            first, *others = (cell.ljust(width) if column == 0 else cell.rjust(width)
                              for column, (cell, width) in enumerate(zip(line, widths)))
            print("  ".join([first, *others]).rstrip())
        sys.stdout.flush()

    def compare(self, question, unit, series, ours, goals=None, notes=None):
        """One row for each side; `series` holds a value of each round, in the same order for all of them."""
        rows = []
        for side, values in series.items():
            row = {
                "side": side, "unit": unit, "rounds": len(values),
                "min": min(values), "median": figures.median(values), "max": max(values), "values": values,
            }
            if side != ours:
                quotients = figures.ratios(series[ours], values)
                row |= {"ratios": quotients, "ratio": figures.spread(quotients)}
            row["goal"] = (goals or {}).get(side)
            row["note"] = (notes or {}).get(side)
            rows.append(row)
        columns = [("SIDE", "side"), ("ROUNDS", "rounds"), (f"MIN {unit}", "min"), ("MEDIAN", "median"), ("MAX", "max"),
                   ("OURS / THIS", "ratio"), ("GOAL", "goal")]
        if notes:
            columns.append(("NOTE", "note"))
        self.table(question, columns, rows)


def text(value):
    if value is None:
        return ""
    return figures.significant(value) if isinstance(value, float) else str(value)
