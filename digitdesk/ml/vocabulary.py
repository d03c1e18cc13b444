"""What people write beside numbers: words, units, currencies, signs."""

from collections.abc import Sequence

import numpy as np

from digitdesk.core.letter_forms import LETTERS

Random = np.random.Generator

_WORDS = (
    "and", "or", "the", "of", "to", "for", "from", "with", "is", "not", "no", "yes",
    "on", "at", "by", "in", "it", "paid", "due", "net", "gross", "tax", "price",
    "amount", "number", "date", "time", "day", "week", "month", "year", "hour",
    "minute", "order", "page", "part", "item", "size", "weight", "length", "width",
    "height", "street", "house", "floor", "flat", "city", "box", "set", "pair",
    "piece", "each", "per", "left", "right", "top", "old", "new", "red", "blue",
    "green", "black", "white", "big", "small", "full", "half", "water", "coffee",
    "tea", "cheese", "meat", "fish", "rice", "flour", "salt", "pepper", "apple",
    "lemon", "onion", "potato", "tomato", "carrot", "wood", "steel", "paint",
    "paper", "pencil", "folder", "key", "lamp", "table", "chair", "door", "window",
    "teacher", "score", "points", "goal", "team", "game", "test", "grade", "age",
    "born", "phone", "mobile", "fax", "mail", "home", "office", "shop", "bank",
    "card", "cash", "deposit", "rent", "heating", "power", "meter", "start", "end",
    "und", "oder", "der", "die", "das", "von", "bis", "mit", "ohne", "nicht", "ja",
    "nein", "bar", "rest", "mehr", "noch", "heute", "gestern", "morgen", "woche",
    "monat", "jahr", "stunde", "tag", "preis", "betrag", "nummer", "seite", "stück",
    "haus", "platz", "weg", "wasser", "kaffee", "tee", "kuchen", "käse", "fleisch",
    "fisch", "mehl", "salz", "zucker", "apfel", "birne", "zwiebel", "holz", "nagel",
    "schraube", "farbe", "papier", "stift", "lampe", "tisch", "stuhl", "tür",
    "fenster", "miete", "strom", "zähler", "stand", "anfang", "ende", "größe",
    "gewicht", "länge", "breite", "höhe", "rot", "blau", "grün", "schwarz", "cena",
    "suma", "data", "godzina", "dom", "pan", "pani", "rue", "avenue", "maison",
    "prix", "jour", "mois", "lait", "pain", "vin", "calle", "casa", "precio",
    "fecha", "hora", "leche", "vino", "nota", "conto", "via", "piazza", "giorno",
    "ora", "latte",
)  # fmt: skip
"""Of several languages, in small letters."""

_REAL = 0.4
"""Share of words that are real ones."""

_BEFORE = "$$$$$€€€££#№((((++~<>=&"
_AFTER = '%%%%%%€€€£$$)))))==+"*#?!'
_BETWEEN = "++=*x:////"
"""Signs that stand right before, after and between numbers, as often as here."""

A_NUMBER = "0"
"""Stands for a number among its signs."""

_UNITS = (
    "kg", "mg", "ml", "m", "cm", "mm", "km", "h", "min", "St", "x", "EUR", "Euro", "Fr",
    "a", "c", "d", "te", "er", "kcal", "th", "nd", "pcs", "ct", "g",
)  # fmt: skip
"""Letters that stand right behind numbers."""


def spelled(rng: Random) -> str:
    """Draw a word, or what might be one: syllables, abbreviations, units."""
    if rng.random() < _REAL:
        word = str(rng.choice(_WORDS))
        return word.capitalize() if rng.random() < 0.4 else word
    kind = rng.random()
    if kind < 0.12:  # a letter or two by themselves
        text = "".join(rng.choice(list(LETTERS), int(rng.integers(1, 3))))
        return text if rng.random() < 0.5 else text.lower().replace("ß", "s")
    vowels, consonants = list("aaeeeeiioou"), list("bcddfghjkllmmnnnpqrrrsssttvwxyz")
    text = ""
    for _ in range(int(rng.choice([1, 2, 3, 4], p=[0.25, 0.4, 0.25, 0.1]))):
        for _ in range(int(rng.choice([0, 1, 2], p=[0.15, 0.65, 0.2]))):
            text += str(rng.choice(consonants))
        text += str(rng.choice(vowels))
        if rng.random() < 0.4:
            text += str(rng.choice(consonants))
    if rng.random() < 0.04:
        at = int(rng.integers(len(text)))
        text = text[:at] + str(rng.choice(list("äöüß"))) + text[at + 1 :]
    if kind < 0.5:
        return text
    if kind < 0.82:
        return (text[0].upper() if text[0].upper() in LETTERS else text[0]) + text[1:]
    return "".join(c.upper() if c.upper() in LETTERS else c for c in text)


def marked_number(rng: Random) -> list[str]:
    """Draw a number and what belongs to it, in a row: signs and units as they are."""

    def one(of: Sequence[str]) -> str:
        return of[int(rng.integers(len(of)))]

    kind = rng.random()
    if kind < 0.1:
        more = [A_NUMBER] * int(rng.integers(2))
        return [one("((["), A_NUMBER, one("))]"), *more]
    if kind < 0.2:
        return [one(_BEFORE), A_NUMBER, one(_AFTER)]
    if kind < 0.35:
        return [one(_BEFORE), A_NUMBER]
    if kind < 0.6:
        return [A_NUMBER, one(_AFTER)]
    if kind < 0.8:
        return [A_NUMBER, one(_UNITS)]
    return [A_NUMBER, one(_BETWEEN), A_NUMBER]
