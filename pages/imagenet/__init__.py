"""The page Imagenet: all that is its own."""
