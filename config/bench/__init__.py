"""How fast the open data answers, beside the least that Django could do."""
