"""Lists of the likeliest tokens: their readers, and what they bound."""
