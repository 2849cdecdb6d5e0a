// Divergences of rows of logits to train with, where what the rows' normalisers are is known: the
// generalised Jensen–Shannon divergence, and gradients. Twins: kullback/torch/mixture.py and
// gradients.py, which say the formulas.
#pragma once

#include "rows.h"

namespace kullback {

// Of each row: ln Z of p and of q, what to add to q − p for ln(Q/P), the divergence, and where it
// is a mixture's the mean of ln(P/M) under P, and of ln(Q/M) under Q.
constexpr std::size_t kKnown = 6;

struct Loss {
  double scale;
  double beta;  // 0: KL(P‖Q)
};

// Writes kKnown numbers a row.
void loss_facts(const Rows& p, const Rows& q, const Loss& loss, double* known);

// The gradient to the logits of p or of q, times a weight a row, into rows of `number`s.
struct Slopes {
  const double* known;
  const double* weights;
  bool of_q;
};
void slopes(const Rows& p, const Rows& q, const Loss& loss, const Slopes& of, Number number,
            void* out);

}  // namespace kullback
