"""Scenes without a stage: places painted flat, from far to near."""
