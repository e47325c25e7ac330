"""The page Pooling: all that is its own."""
