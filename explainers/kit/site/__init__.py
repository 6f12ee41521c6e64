"""The site: what the prose may say, what MkDocs makes of it, links, notebooks, third-party files, and serving it."""
