"""The text of tokens, from the files that tokenisers are kept in."""
