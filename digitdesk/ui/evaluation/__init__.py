"""How well a model reads: figures, confusion matrix, reliability, errors."""
