"""Time the network and the reading of whole frames against the common recipe."""

from collections.abc import Callable
from functools import partial

from benchmarks.recipe import Recipe
from benchmarks.speed_pages import glyphs, page
from benchmarks.speed_timing import Row, side_by_side
from digitdesk.core.paths import default_model
from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.reading import read_picture
from digitdesk.core.training_types import NetworkName
from digitdesk.ml import networks, shipped
from digitdesk.ml.convert import to_input
from digitdesk.ml.predictor import Predictor

FRAME_SIZES = ((640, 480), (1280, 720), (1920, 1080))


def network_rows(rounds: int = 30) -> list[Row]:
    """Time one digit in batches of 1, 10 and 50, in milliseconds a digit."""
    predictors = {
        "DigitDesk": Predictor.load(default_model()),
        "DigitDesk, 2 threads": Predictor.load(default_model(), threads=2),
    }
    classes = len(predictors["DigitDesk"].card.classes)
    same = shipped.build(classes)
    tutorial = networks.build(NetworkName.TUTORIAL)
    rows = []
    for count in (1, 10, 50):
        some = glyphs(count)
        batch = to_input(some)
        subjects: dict[str, Callable[[], object]] = {
            name: partial(predictor.classify, some)
            for name, predictor in predictors.items()
        }
        for name, model in (("same", same), ("tutorial's", tutorial)):
            subjects[f"Keras model.predict, {name} network"] = partial(
                model.predict, batch, verbose=0
            )
        case = f"network, batch of {count}, per digit"
        rows += side_by_side(case, subjects, rounds=rounds, share=1 / count)
    return rows


def frame_rows(rounds: int = 30) -> list[Row]:
    """Time whole frames; the recipe finds one digit in each, whatever it holds."""
    predictor = Predictor.load(default_model())
    recipe = Recipe(networks.build(NetworkName.TUTORIAL))
    settings = PreprocessSettings()
    rows = []
    for width, height in FRAME_SIZES:
        for count in (1, 10, 50):
            picture = page(width, height, count)
            found = len(read_picture(picture, predictor, settings).digits)
            rows += side_by_side(
                f"frame {width}x{height}, {count} digit(s) ({found} read)",
                {
                    "DigitDesk": partial(read_picture, picture, predictor, settings),
                    "recipe": partial(recipe.read, picture),
                },
                rounds=rounds,
            )
    return rows
