"""From arrays to Qt's pictures."""

import cv2
import numpy as np
from PySide6.QtGui import QImage

from digitdesk.core.types import U8


def image_of(pixels: U8) -> QImage:
    """Make a picture of an array.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width) or (height, width, 3)
        Grey, or blue, green, red.

    Returns
    -------
    QImage
        A grey one shares the array's memory: leave it unchanged as long as the picture
        is used.
    """
    form = QImage.Format.Format_Grayscale8
    if pixels.ndim == 3:
        # Qt draws and scales 32 bits three times as fast as 24.
        form = QImage.Format.Format_RGB32
        pixels = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2BGRA), np.uint8)
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape[:2]
    # PySide holds on to the memory view, and the view to the array.
    return QImage(pixels.data, width, height, pixels.strides[0], form)
