"""Figures, facts and claims: one module a page."""
