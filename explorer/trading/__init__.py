"""A market and systems that trade in it: the asymmetric loss at work."""
