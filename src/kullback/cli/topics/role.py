"""Topic: roles of columns."""


def text() -> str:
    """Return the topic."""
    return """
kullback compare first decides how a column is to be read, by the reference:
  categorical     words: counted by value
  boolean         two values
  integer-coded   few different whole numbers: counted by value, since 3 may be a code
  numeric         counted in bins; median and quantiles
  date/time       counted in bins, like numbers

Some columns are not compared, and each says why:
  id-like         all values different: two halves of one table would share nothing
  constant        one value on both sides
  times that go on where the reference ends: no news
Of these what is cheap is compared all the same (type, missing, lengths, kinds of characters), and a
gate fails where that differs.

A column whose type is of another kind than in the reference is retyped: "12" in place of 12. A gate
fails on it, and on one that is lost; --allow retyped, --allow lost, or the column's name lets pass.

To read a column in another way:  --role zip=categorical, or roles={"zip": "categorical"}.
Text that spells numbers or times is read as these, with a note.

Try: kullback explain bins
"""
