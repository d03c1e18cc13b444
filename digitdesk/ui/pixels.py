"""From arrays to Qt's pictures."""

import numpy as np
from PySide6.QtGui import QImage

from digitdesk.core.types import U8


def image_of(pixels: U8) -> QImage:
    """Wrap an array as a picture without copying it.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width) or (height, width, 3)
        Grey, or blue, green, red.

    Returns
    -------
    QImage
        Shares the array's memory: keep the array, and leave it unchanged, as long as
        the picture is used.
    """
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape[:2]
    colour = pixels.ndim == 3
    kind = QImage.Format.Format_BGR888 if colour else QImage.Format.Format_Grayscale8
    # PySide holds on to the memory view, and the view to the array.
    return QImage(pixels.data, width, height, pixels.strides[0], kind)
