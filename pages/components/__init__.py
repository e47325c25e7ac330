"""What knows Streamlit and serves more than one page."""
