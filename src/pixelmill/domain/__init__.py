"""Nouns and rules of the business: pure, without I/O and without a clock."""
