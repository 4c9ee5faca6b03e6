"""The public pages. They read the stored public rows, and nothing else."""
