"""Readers of image headers in plain Python: sizes, frames and flags, never a decoded pixel."""
