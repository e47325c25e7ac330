"""The page Trading: all that is its own."""
