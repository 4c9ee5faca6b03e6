"""What `make` does on a machine with nothing installed but Python.

Standard library only: this package builds the environment that everything else needs.
"""
