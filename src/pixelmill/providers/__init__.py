"""Vendors of pictures: each is data plus two pure functions."""
