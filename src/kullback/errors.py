"""Everything that kullback raises: what is wrong, where it is, and what to do."""


class KullbackError(Exception):
    """Root of all errors that kullback raises on purpose."""


class InputError(KullbackError, ValueError):
    """An argument cannot be used: NaN, negative, empty, or of the wrong kind."""


class MassError(InputError):
    """A distribution does not sum to 1."""


class ShapeError(InputError):
    """Two arguments do not fit together, or one has no outcomes."""


class SupportError(InputError):
    """Labels or supports of two distributions do not fit together."""


class UnitError(KullbackError, ValueError):
    """An unknown unit, or two units mixed in one sum."""


class FormatError(KullbackError, ValueError):
    """A file is not what it should be: says the file, the place and what was expected."""


class MethodError(KullbackError, NotImplementedError):
    """A method does not apply here: says which ones do, and why not the one asked for."""


class MissingDependencyError(KullbackError, ImportError):
    """An optional package is not installed: says the install line."""


class UnreliableError(KullbackError, ArithmeticError):
    """A result is not reliable enough; raised only under ``strict=True``."""
