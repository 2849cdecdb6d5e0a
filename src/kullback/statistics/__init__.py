"""What several rooms count with: levels, means with their error, false discoveries, tails."""
