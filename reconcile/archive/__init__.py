"""归档: closed periods, each a folder that holds all that its summary was made of, and a manifest."""
