"""The database shelf: tables, statements compiled once, and the one writer of a process."""
