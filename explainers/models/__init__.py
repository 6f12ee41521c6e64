"""The mathematics, and nothing else; and what a model of the transformers library computes, step by step."""
