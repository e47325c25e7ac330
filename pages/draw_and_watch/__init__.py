"""The page Draw and watch: all that is its own."""
