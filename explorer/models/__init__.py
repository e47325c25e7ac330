"""Models that are brought along as files: read without a framework, and with nothing in them run."""
