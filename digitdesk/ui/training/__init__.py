"""The widgets of the Training page."""
