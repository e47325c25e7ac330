"""The page Losses: all that is its own."""
