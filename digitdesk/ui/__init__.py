"""Widgets: they show what they are given and report intent by signals."""
