"""The still-life subjects; importing this package registers every maker."""

from pixelmill.imaging.sketch.subjects import (
    abstract,
    animals,
    bottles,
    flacon,
    fruit,
    jars,
    objects,
    shoe,
    vessels,
)
from pixelmill.imaging.sketch.subjects.registry import SUBJECTS, WORDS, Look, Subject

__all__ = [
    "SUBJECTS",
    "WORDS",
    "Look",
    "Subject",
    "abstract",
    "animals",
    "bottles",
    "flacon",
    "fruit",
    "jars",
    "objects",
    "shoe",
    "vessels",
]
