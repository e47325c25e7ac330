"""The page Pipeline: all that is its own."""
