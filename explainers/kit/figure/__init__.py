"""How a figure is drawn, checked, written down as a table and marked up. Knows no page and no model."""
