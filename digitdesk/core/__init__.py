"""Pictures, ink, digits and settings: NumPy and OpenCV only, no Qt."""
