"""The one kind of error that a person is meant to read."""


class Mistake(Exception):
    """Something the author, the reader or the machine got wrong, told in one paragraph.

    The message names the place (file and line where there is one) and the nearest right name.
    The command line prints it without a traceback and exits with `exit_code`.
    """

    exit_code = 1


class WrongUsage(Mistake):
    """The command itself was wrong: an unknown page, task or option."""

    exit_code = 2
