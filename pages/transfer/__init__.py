"""The page Transfer: all that is its own."""
