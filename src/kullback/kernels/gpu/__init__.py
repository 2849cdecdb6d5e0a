"""The same kernels on a GPU, in Triton: one visit to each logit, nothing of their size kept."""
