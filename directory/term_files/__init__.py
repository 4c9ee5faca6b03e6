"""Reading published lists of terms from the files in which they are given out."""
