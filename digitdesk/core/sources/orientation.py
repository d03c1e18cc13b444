"""Turn and mirror pictures."""

from digitdesk.core.sources.spec import Rotation
from digitdesk.core.types import U8


def orient(pixels: U8, mirror: bool, rotation: Rotation) -> U8:
    """Turn a picture clockwise, then mirror it.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        Stays as it is.
    mirror : bool
        Swap left and right.
    rotation : Rotation
        Clockwise, in degrees.

    Returns
    -------
    ndarray of uint8
        `pixels` itself if there is nothing to do; otherwise a contiguous copy, with
        width and height swapped after a quarter turn.
    """
    import cv2

    turns = {
        Rotation.QUARTER: cv2.ROTATE_90_CLOCKWISE,
        Rotation.HALF: cv2.ROTATE_180,
        Rotation.THREE_QUARTERS: cv2.ROTATE_90_COUNTERCLOCKWISE,
    }
    if rotation in turns:
        pixels = cv2.rotate(pixels, turns[rotation])  # type: ignore[assignment]  # OpenCV's stubs widen the dtype
    if mirror:
        pixels = cv2.flip(pixels, 1)  # type: ignore[assignment]  # as above
    return pixels
