"""Groups pixels into some hundreds of compact patches of one colour (SLIC, Achanta et al. 2012)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pixelmill.imaging.pixels import Floats

    Labels = NDArray[np.signedinteger[Any]]


def superpixels(lab: Floats, count: int, compactness: float = 12.0) -> tuple[Labels, int]:
    """A label per pixel, and how many labels there are; patches of nothing are left out.

    Each pixel looks at the nine centres around its cell of the starting grid, four times.
    """
    import numpy as np

    height, width = lab.shape[:2]
    step = max(2.0, (height * width / count) ** 0.5)
    rows, columns = max(1, round(height / step)), max(1, round(width / step))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    place = np.dstack([lab, x * (compactness / step), y * (compactness / step)]).reshape(-1, 5)
    row = np.minimum((y * rows / height).astype(int), rows - 1)
    column = np.minimum((x * columns / width).astype(int), columns - 1)
    nearby = np.stack(
        [
            np.clip(row + i, 0, rows - 1) * columns + np.clip(column + j, 0, columns - 1)
            for i in (-1, 0, 1)
            for j in (-1, 0, 1)
        ],
        -1,
    ).reshape(-1, 9)
    labels = (row * columns + column).ravel()
    for _ in range(4):
        centres = means(place, labels, rows * columns)
        gaps = np.stack([((place - centres[nearby[:, k]]) ** 2).sum(-1) for k in range(9)], -1)
        labels = nearby[np.arange(labels.size), gaps.argmin(-1)]
    kept, dense = np.unique(labels, return_inverse=True)
    return dense.reshape(height, width), len(kept)


def means(values: Floats, labels: Labels, count: int) -> Floats:
    """The mean of each label's values (pixels x channels); zero for a label without pixels."""
    import numpy as np

    flat = labels.ravel()
    size = np.maximum(np.bincount(flat, minlength=count), 1)
    sums = [np.bincount(flat, values[:, k], minlength=count) for k in range(values.shape[1])]
    return np.stack(sums, -1) / size[:, None]
