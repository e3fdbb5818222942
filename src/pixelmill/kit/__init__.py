"""Plumbing that knows no word of the business: ids, clock, signatures, canonical JSON."""
