"""``digitdesk evaluate``: measure a model on labelled digits or pages."""

import argparse
import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitdesk.cli import exit_codes
from digitdesk.cli.choices import chosen_model

if TYPE_CHECKING:
    from digitdesk.core.evaluation import Evaluation
    from digitdesk.ml.page_scores import PagesScore

_DESCRIPTION = """\
Measure a model. Labelled digits are an .npz archive, an IDX file or a folder per class;
of a source with a test part only that is used. A folder with a truth.json holds pages
of several digits, which are read as a whole.
"""


def add_parser(subparsers: Any) -> None:  # noqa: ANN401 - argparse hides its type
    """Add the command ``evaluate``."""
    parser = subparsers.add_parser(
        "evaluate",
        help="measure a model on labelled digits or pages",
        description=_DESCRIPTION,
        epilog="exit codes: 0 done, 1 the data cannot be used, 2 wrong command line, "
        "3 the model cannot be used",
        allow_abbrev=False,
    )
    parser.add_argument(
        "model", metavar="MODEL", help="a model folder, or an installed model's name"
    )
    parser.add_argument("--data", required=True, metavar="PATH")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run, error=parser.error)


def run(arguments: argparse.Namespace) -> int:
    """Measure and print; return the exit code."""
    from digitdesk.cli.labelled import labelled_digits
    from digitdesk.core.evaluation import evaluate
    from digitdesk.core.paths import shipped_models
    from digitdesk.ml.data_formats import DataError
    from digitdesk.ml.line_predictor import LinePredictor
    from digitdesk.ml.model_card import ModelError
    from digitdesk.ml.page_scores import TRUTH_FILE, score_pages
    from digitdesk.ml.predictor import Predictor

    path = Path(arguments.data)
    try:
        predictor = Predictor.load(chosen_model(arguments))
        if (path / TRUTH_FILE).is_file():
            reader = LinePredictor.load(shipped_models())
            pages = score_pages(
                path, predictor, lambda task, fraction: None, reader=reader
            )
            record, text = page_record(pages), page_text(pages)
        else:
            evaluation = evaluate(predictor, labelled_digits(arguments.data))
            record, text = digit_record(evaluation), digit_text(evaluation)
    except (ModelError, FileNotFoundError) as error:
        print(f"digitdesk: {error}", file=sys.stderr)
        return exit_codes.NO_MODEL
    except DataError as error:
        print(f"digitdesk: {error}", file=sys.stderr)
        return exit_codes.FAILED
    record = {"model": predictor.card.name, "data": arguments.data, **record}
    print(json.dumps(record, indent=1) if arguments.json else text)
    return exit_codes.OK


def digit_record(evaluation: "Evaluation") -> dict[str, Any]:
    """Return what ``--json`` prints for labelled digits."""
    accuracy = evaluation.accuracy()
    return {
        "count": evaluation.count,
        "accuracy": accuracy.value,
        "interval_95": [accuracy.low, accuracy.high],
        "loss": evaluation.loss(),
        "calibration_error": evaluation.calibration_error(),
        "rejected": evaluation.rejected_share(),
        "confusion": evaluation.confusion().tolist(),
        "precision": [_number(share) for share in evaluation.precision()],
        "recall": [_number(share) for share in evaluation.recall()],
        "reliability": [
            [b.count, b.confidence, b.accuracy] for b in evaluation.reliability()
        ],
        "reject_curve": [
            [p.threshold, p.kept, p.accuracy] for p in evaluation.reject_curve()
        ],
    }


def digit_text(evaluation: "Evaluation") -> str:
    """Return the figures of labelled digits for people."""
    share = evaluation.accuracy()
    lines = [
        f"digits      {evaluation.count:,}",
        f"accuracy    {share.value:.2%}  (95 %: {share.low:.2%} to {share.high:.2%})",
        f"loss        {evaluation.loss():.4f}",
        f"ECE         {evaluation.calibration_error():.2%}",
        f"rejected    {evaluation.rejected_share():.2%}",
        "",
        "confusion (rows: what it is, columns: what was read)",
        "      " + "".join(f"{digit:7}" for digit in range(10)) + "  recall",
    ]
    for digit, row in enumerate(evaluation.confusion()):
        cells = "".join(f"{count:7,}" for count in row)
        lines.append(f"{digit:6}{cells}{_share(evaluation.recall()[digit]):>8}")
    precisions = "".join(f"{_share(share):>7}" for share in evaluation.precision())
    lines += [f"precis{precisions}", "", "kept    accuracy among the kept"]
    lines += [f"{p.kept:6.1%}  {p.accuracy:.2%}" for p in evaluation.reject_curve()]
    return "\n".join(lines)


def page_record(pages: "PagesScore") -> dict[str, Any]:
    """Return what ``--json`` prints for pages."""
    exact, lines = pages.exact_lines
    return {
        "pages": len(pages.pages),
        "f1": pages.f1,
        "precision": pages.precision,
        "recall": pages.recall,
        "exact_lines": exact,
        "lines": lines,
        "files": [
            {"file": p.file, "truth": p.truth, "read": p.read} for p in pages.pages
        ],
    }


def page_text(pages: "PagesScore") -> str:
    """Return the figures of pages for people, and the pages misread."""
    exact, lines = pages.exact_lines
    text = [
        f"pages        {len(pages.pages):,}",
        f"digit F1     {pages.f1:.4f}  (precision {pages.precision:.4f}, "
        f"recall {pages.recall:.4f})",
        f"exact lines  {exact:,} of {lines:,} ({exact / max(lines, 1):.2%})",
    ]
    wrong = [page for page in pages.pages if page.truth != page.read]
    text += [f"{p.file}: {' '.join(p.truth)} read as {' '.join(p.read)}" for p in wrong]
    return "\n".join(text)


def _share(share: float) -> str:
    return "-" if math.isnan(share) else f"{share:.1%}"


def _number(share: float) -> float | None:
    return None if math.isnan(share) else float(share)
