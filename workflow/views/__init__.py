"""Pages of those who keep, decide on and answer for the records."""
