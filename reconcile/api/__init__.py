"""What each command does, without the terminal: paths in, results and findings out.

One module a command, which holds the function of its name. What writes many files plans
everything first, then acts. Import from the modules: ``status`` runs after every mail, and need
not load what only ``extract`` needs.
"""
