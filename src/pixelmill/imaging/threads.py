"""Warms up the image libraries of a process and bounds the threads each of them starts."""

from __future__ import annotations


def limit_threads(count: int) -> None:
    """Load vips, OpenCV and Pillow, with ``count`` threads each.

    For the start of a child that shares its machine with others like it: the libraries would each
    start a thread per core, and a first task would wait half a second for the imports.
    """
    import cv2
    from PIL import Image

    from pixelmill.imaging.vips import vips

    vips().concurrency_set(count)
    cv2.setNumThreads(count)
    Image.preinit()
