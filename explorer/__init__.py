"""The arithmetic of the explorer: pictures, sliding windows, kernels and their figures."""
