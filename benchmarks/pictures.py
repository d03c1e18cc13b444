"""Pictures of how well a model reads: misread digits, reliability."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from digitdesk.core.evaluation import Evaluation
from digitdesk.core.files import write_atomically
from digitdesk.core.types import U8

_COLUMNS, _CELL, _MOST = 10, 96, 50
_COLOURS = ("#0b62a8", "#c2571a", "#2f7d4f", "#7b4fa3", "#8a6d1a")


class Labelled(Protocol):
    """Pictures of digits."""

    @property
    def pictures(self) -> U8:
        """Uint8, shape (n, height, width)."""
        ...


def error_gallery(
    file: Path, sets: Sequence[Labelled], evaluations: Sequence[Evaluation]
) -> None:
    """Write the misread digits, surest first: 'what it is > what was read'."""
    cells = []
    for digits, result in zip(sets, evaluations, strict=True):
        for index in result.worst(_MOST):
            sure = float(result.probabilities[index].max())
            text = f"{result.labels[index]}>{result.answers[index]} {sure:.0%}"
            cells.append((sure, _cell(digits.pictures[index], text)))
    cells.sort(key=lambda cell: -cell[0])
    if not cells:
        print(f"{file} was not written: nothing was misread.")
        return
    pictures = [picture for _, picture in cells[:_MOST]]
    pictures += [np.full_like(pictures[0], 255)] * (-len(pictures) % _COLUMNS)
    rows = [np.hstack(pictures[i : i + _COLUMNS])
            for i in range(0, len(pictures), _COLUMNS)]  # fmt: skip
    write_atomically(file, cv2.imencode(".png", np.vstack(rows))[1].tobytes())


def _cell(picture: U8, text: str) -> U8:
    cell = np.full((_CELL + 20, _CELL), 255, np.uint8)
    cell[: _CELL - 4, : _CELL - 4] = cv2.resize(
        picture, (_CELL - 4, _CELL - 4), interpolation=cv2.INTER_NEAREST
    )
    cv2.putText(cell, text, (2, _CELL + 12), cv2.FONT_HERSHEY_SIMPLEX, 0.45, 0, 1,
                cv2.LINE_AA)  # fmt: skip
    return cell


def reliability_diagram(file: Path, results: Mapping[str, Evaluation]) -> None:
    """Write an SVG: how often answers of each confidence were right."""
    side, margin = 360, 50
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side + 190}" '
        f'height="{side + 2 * margin}" font-family="sans-serif" font-size="13">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<path d="M{margin} {side + 20}L{margin + side} 20" stroke="#999" '
        'stroke-dasharray="5 4" fill="none"/>',
        f'<rect x="{margin}" y="20" width="{side}" height="{side}" fill="none" '
        'stroke="#444"/>',
        _text(margin + side / 2, side + 62, "confidence, %", 'text-anchor="middle"'),
        _text(margin, 14, "right, %", 'text-anchor="middle"'),
    ]
    for tick in range(0, 101, 20):
        at = tick / 100 * side
        parts.append(_text(margin + at, side + 38, f"{tick}", 'text-anchor="middle"'))
        parts.append(_text(margin - 6, side + 24 - at, f"{tick}", 'text-anchor="end"'))
    for number, (name, result) in enumerate(results.items()):
        fill = f'fill="{_COLOURS[number % len(_COLOURS)]}"'
        places = [
            (margin + b.confidence * side, 20 + (1 - b.accuracy) * side, b.count)
            for b in result.reliability()
            if b.count
        ]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in places)
        stroke = fill.replace("fill", "stroke")
        parts.append(f'<polyline points="{line}" fill="none" {stroke}/>')
        parts += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{3 + np.log10(n):.1f}" {fill}/>'
            for x, y, n in places
        ]
        left, top = margin + side + 12, 36 + 36 * number
        error = f"ECE {result.calibration_error():.2%}"
        parts += [_text(left, top, name, fill), _text(left, top + 16, error, fill)]
    write_atomically(file, ("\n".join([*parts, "</svg>"]) + "\n").encode())


def _text(x: float, y: float, text: str, attributes: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {attributes}>{text}</text>'
