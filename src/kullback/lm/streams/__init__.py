"""Two streams of logits compared as they come: nothing is kept but sums."""
