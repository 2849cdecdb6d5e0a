"""kullback: how far one probability distribution is from another, and what it costs.

Pick the module by what you hold; pick the function by what you want. P is the truth, Q is
the model, and KL(P‖Q) is the extra surprise paid by who believes Q while P happens.
"""
