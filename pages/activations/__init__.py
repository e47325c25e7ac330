"""The page Activations: all that is its own."""
