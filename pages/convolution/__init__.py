"""The page Convolution: all that is its own."""
