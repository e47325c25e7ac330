"""The page Arithmetic: all that is its own."""
