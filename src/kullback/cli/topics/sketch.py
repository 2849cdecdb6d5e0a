"""Topic: sketches."""

from kullback.units import format_number

HEAD, TAIL, VOCABULARY = 64, 64, 128_256
BYTES = {"float32": (4, 1_004), "16-bit": (2, 748)}


def text() -> str:
    """Return the topic with its numbers worked out."""
    sizes = "\n".join(
        f"  {name:<8} {format_number(VOCABULARY * width / 1000, 3)} kB a token become "
        f"{format_number(kept / 1000, 3)} kB, {format_number(VOCABULARY * width / kept, 3)} times less"
        for name, (width, kept) in BYTES.items()
    )
    return f"""
A row of logits over {VOCABULARY:,} tokens is mostly tokens that never come. A sketch keeps of each row
the {HEAD} likeliest exactly (the head) and {TAIL} of the others (the tail), drawn with a chance that is
stored beside them:
{sizes}

A sum over all tokens, such as KL, is then estimated without bias: each drawn token counts for those
that were not. Entropy, perplexity and the likeliest token are exact, and so is the tail's mass.

What is estimated says so: sampling_errors is the part of each error that the drawing makes. A
larger head and tail make it smaller, and lm.sketch_sizes finds how large they must be.

  kullback lm sketch base.kld -o base.kbs
  kullback lm base.kbs model.kbs

Two sketches with one seed draw the same tokens, so that their difference is far more exact than two
sketches by chance.

Try: kullback explain noise-floor
"""
