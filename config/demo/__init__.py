"""Two invented places, Wexcombe and Hartmoor, made through the actions people use."""
