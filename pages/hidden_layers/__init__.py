"""The page Hidden layers: all that is its own."""
