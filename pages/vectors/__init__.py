"""The page Vectors: all that is its own."""
