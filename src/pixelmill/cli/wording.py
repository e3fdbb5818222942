"""Numbers and names as a person reads them."""

from collections.abc import Sequence


def seconds_text(seconds: float) -> str:
    """``4.3 s``, ``2 min 05 s``, ``1 h 02 min``."""
    if seconds < 99.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min"


def counted(count: int, noun: str) -> str:
    """``1 image``, ``24 images``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def file_range(files: Sequence[str]) -> str:
    """The first file and the last one's distinguishing end: ``0001-amber-vase.png ... 0024``."""
    if len(files) < 2:
        return files[0] if files else ""
    number = files[-1].rpartition("/")[2].split("-", 1)[0]
    return f"{files[0]} ... {number}"


def step_name(label: str) -> str:
    """A label in the middle of a sentence; names that have capitals of their own keep them."""
    head, rest = label[:1], label[1:]
    return head.lower() + rest if rest == rest.lower() else label
