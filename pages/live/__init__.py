"""The live lane: what answers a control while it is dragged."""
