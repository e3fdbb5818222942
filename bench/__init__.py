"""Benchmarks: each row measures this service and a reference in turns, and compares them."""
