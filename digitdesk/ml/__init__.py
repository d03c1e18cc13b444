"""Networks: prediction with LiteRT, training with TensorFlow."""
