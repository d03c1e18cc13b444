"""Ship ``models/`` and ``resources/`` inside the package; the rest: pyproject.toml."""

from setuptools import find_packages, setup

setup(
    packages=[
        *find_packages(include=["digitdesk", "digitdesk.*"]),
        "digitdesk.models",
        "digitdesk.resources",
    ],
    package_dir={
        "digitdesk.models": "models",
        "digitdesk.resources": "resources",
    },
    package_data={
        "digitdesk.models": ["*/*", "*.tflite"],
        "digitdesk.resources": ["**"],
    },
)
