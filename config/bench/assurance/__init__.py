"""How long the work that runs by itself takes in a very large place."""
