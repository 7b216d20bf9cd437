"""Why a file cannot be read."""


class Unreadable(ValueError):
    """A file that is broken, encrypted, too large, of no known kind, or without text; the message says which."""
