"""Uses what was trained: finds the model, reads what it is to predict, writes what it says."""
