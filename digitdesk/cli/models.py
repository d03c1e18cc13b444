"""``digitdesk models``: list, choose, import, export, compare and delete models."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitdesk.cli import exit_codes
from digitdesk.core.paths import shipped_models, user_models

if TYPE_CHECKING:
    from digitdesk.ml.store import ModelStore


def add_parser(subparsers: Any) -> None:  # noqa: ANN401 - argparse hides its type
    """Add the command ``models``."""
    parser = subparsers.add_parser(
        "models",
        help="list, choose, import, export, compare and delete models",
        epilog="exit codes: 0 done, 1 a file could not be read or written, "
        "2 wrong command line, 3 a model cannot be used",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--store",
        metavar="FOLDER",
        help="keep your models here, not in the usual place",
    )
    actions = parser.add_subparsers(metavar="ACTION")
    parser.set_defaults(run=run, action=list_models)
    _add(actions, "list", list_models, "print all models; the default")
    _add(actions, "activate", activate, "read with this model from now on", "MODEL")
    _add(actions, "delete", delete, "move one of your models to the trash", "MODEL")
    take = _add(actions, "import", import_file, "add a network from elsewhere", "FILE")
    take.add_argument("--name", default="", help="what to call it")
    give = _add(actions, "export", export, "write a model with proof", "MODEL")
    give.add_argument("folder", metavar="FOLDER", help="where the new folder goes")
    give.add_argument("--onnx", action="store_true", help="also as network.onnx")
    both = _add(actions, "compare", compare, "tell progress from noise", "MODEL")
    both.add_argument("other", metavar="MODEL", help="the model it should beat")
    both.add_argument("--data", required=True, metavar="PATH", help="labelled digits")


def _add(actions: Any, name: str, action: Any, text: str, *subject: str) -> Any:  # noqa: ANN401 - argparse
    parser = actions.add_parser(name, help=text, allow_abbrev=False)
    for word in subject:
        parser.add_argument("subject", metavar=word)
    parser.set_defaults(action=action)
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked; return the exit code."""
    from digitdesk.ml.data_formats import DataError
    from digitdesk.ml.model_card import ModelError
    from digitdesk.ml.store import ModelStore

    own = Path(arguments.store).absolute() if arguments.store else user_models()
    store = ModelStore(shipped_models(), own)
    try:
        arguments.action(arguments, store)
    except ModelError as error:
        print(f"digitdesk: {error}", file=sys.stderr)
        return exit_codes.NO_MODEL
    except (DataError, OSError) as error:
        print(f"digitdesk: {error}", file=sys.stderr)
        return exit_codes.FAILED
    except ImportError as error:
        print(
            f"digitdesk: This needs the package {error.name}, which is not installed: "
            "pip install 'digitdesk[onnx]'.",
            file=sys.stderr,
        )
        return exit_codes.FAILED
    return exit_codes.OK


def list_models(arguments: argparse.Namespace, store: "ModelStore") -> None:
    """Print one line for each model."""
    active = _active_folder()
    for model in store.models():
        mark = "*" if model.folder == active else " "
        origin = "own" if model.is_own else "shipped"
        test = model.card.scores.get("test accuracy") if model.card else None
        score = f"{test:.2%}" if test is not None else ""
        text = model.trouble or model.name
        print(f"{mark} {model.folder.name:28}{origin:9}{score:8}{text}")


def activate(arguments: argparse.Namespace, store: "ModelStore") -> None:
    """Make a model the one that reads, also in the window."""
    from dataclasses import replace

    from digitdesk.core.paths import remembered_model
    from digitdesk.core.settings import load_settings, save_settings
    from digitdesk.ml.predictor import Predictor

    model = store.find(arguments.subject)
    Predictor.load(model.folder)  # refuses what cannot read
    path = _settings_file()
    chosen = remembered_model(model.folder)
    save_settings(path, replace(load_settings(path).settings, model=chosen))
    print(f"“{model.name}” reads from now on.")


def delete(arguments: argparse.Namespace, store: "ModelStore") -> None:
    """Move a model to the trash."""
    model = store.find(arguments.subject)
    place = store.delete(model.folder)
    print(f"“{model.name}” is in the trash: {place}")


def import_file(arguments: argparse.Namespace, store: "ModelStore") -> None:
    """Add a network from elsewhere."""
    from digitdesk.ml.importing import import_model

    path = Path(arguments.subject)
    print(import_model(path, store.own_folder, arguments.name))


def export(arguments: argparse.Namespace, store: "ModelStore") -> None:
    """Write a model with an example and golden digits."""
    from digitdesk.ml.exporting import export_model

    model = store.find(arguments.subject)
    target = Path(arguments.folder)
    print(export_model(model.folder, target, onnx=arguments.onnx))


def compare(arguments: argparse.Namespace, store: "ModelStore") -> None:
    """Compare two models on the same digits."""
    from digitdesk.cli.labelled import labelled_digits
    from digitdesk.core import comparison
    from digitdesk.core.evaluation import evaluate
    from digitdesk.ml.predictor import Predictor

    digits = labelled_digits(arguments.data)
    names, results = [], []
    for word in (arguments.subject, arguments.other):
        model = store.find(word)
        names.append(model.name)
        results.append(evaluate(Predictor.load(model.folder), digits))
    new, old = results
    found = comparison.compare(old, new)
    for name, result in zip(names, results, strict=True):
        share = result.accuracy()
        print(f"{name:32}{share.value:.2%} ({share.low:.2%} to {share.high:.2%})")
    print(
        f"only the first reads {found.only_new:,} digits right, only the second "
        f"{found.only_old:,}; McNemar p = {found.p_value:.4f}"
    )
    print(f"difference {found.gain.value:+.2%} "
          f"({found.gain.low:+.2%} to {found.gain.high:+.2%})")  # fmt: skip
    print({"better": "The first is better.", "worse": "The second is better.",
           "same": "No difference beyond chance."}[found.verdict])  # fmt: skip


def _settings_file() -> Path:
    from digitdesk.core.paths import user_settings

    return user_settings() / "settings.json"


def _active_folder() -> Path:
    from digitdesk.core.paths import model_folder
    from digitdesk.core.settings import load_settings

    return model_folder(load_settings(_settings_file()).settings.model)
