"""Lessons: which there are, and where to begin."""
