// Sixteen short rows of single-precision logits side by side, each in a lane of its own: where a
// row is a few dozen outcomes, what is done once a row would cost more than the outcomes.
#pragma once

#include "row_state.h"
#include "rows.h"

namespace kullback {

constexpr std::size_t kShortLogits = 128;
constexpr std::size_t kTogether = 16;

// Whether rows are short, and worked on in single precision.
bool are_short(const Rows& p, const Rows& q);

// Outcomes with their rows side by side: of outcome k and row r the number 16·k + r.
using Panel = float[kShortLogits * kTogether];
struct ShortRows {
  alignas(64) Panel p;
  alignas(64) Panel q;
  std::size_t outcomes;

  // From `first` on; behind the last row it is repeated, so that a row's digits do not depend on
  // how many there are.
  ShortRows(const Rows& p, const Rows& q, std::size_t first);
};

// Their states. Returns a bit for each row that is not narrow (see logits_pass.h) and is left to
// the careful passes.
unsigned short_states(const ShortRows& rows, double scale, RowState* states);

}  // namespace kullback
