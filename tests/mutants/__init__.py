"""Planted mistakes: how many of them does what guards a page refuse?"""
