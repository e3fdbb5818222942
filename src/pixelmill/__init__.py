"""Pixelmill: many prompts in, finished images out."""
