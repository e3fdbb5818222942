"""Use cases: one verb per function, each with everything it needs in its arguments."""
