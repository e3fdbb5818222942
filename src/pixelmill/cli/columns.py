"""Prints rows in columns that line up; into a pipe, columns are separated by tabs."""

import sys
from collections.abc import Sequence


def print_columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print ``rows`` below ``head``, as wide as the widest cell of each column."""
    if not sys.stdout.isatty():
        for row in rows:
            print("\t".join(row))
        return
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    for row in (head, *rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        print("  ".join(cells).rstrip())
