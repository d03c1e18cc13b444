"""DigitDesk: read handwritten digits, and watch a network learn them."""

__version__ = "0.1.0"
