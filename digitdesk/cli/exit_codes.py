"""What the exit codes of all commands mean."""

OK = 0
"""All went well."""

FAILED = 1
"""A file could not be read or written, or a training or test failed."""

USAGE = 2
"""The command line is wrong."""

NO_MODEL = 3
"""The model cannot be used."""

INTERRUPTED = 130
"""Stopped by Ctrl-C."""

BROKEN_PIPE = 141
"""Whoever read the output went away."""
