"""The front: one file a page, the live lane, and the widgets that pages share."""

import gc

# Streamlit is here and stays. Else the collector looks through it again and again while the pages are
# imported: 45 ms of a start.
gc.freeze()
