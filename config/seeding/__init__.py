"""Making a place of any size: what happened there, and its rows written in bulk."""
