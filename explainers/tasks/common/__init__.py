"""What tasks share: episodes, recipes, learning by gradient descent, and what the paper's figures are numbered."""
