"""The page Attention: all that is its own."""
