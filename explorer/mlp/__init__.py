"""Networks of dense layers: their passes, their training, and the points that they learn."""
