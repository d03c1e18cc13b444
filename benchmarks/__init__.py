"""Measurements; speed is given as ratios of what was measured in one run."""
