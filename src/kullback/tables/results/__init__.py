"""What comparisons of tables return, and their documents."""
