"""Trained networks in plain arrays: layers with a forward and a backward pass, and a flat graph of them."""
