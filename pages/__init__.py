"""The front: one file a page, the live lane, and the widgets that pages share."""
