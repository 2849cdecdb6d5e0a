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

// The states of sixteen rows from `first` on; behind the last one it is repeated, so that a row's
// digits do not depend on how many there are. Returns a bit for each that is not narrow (see
// logits_pass.h) and is left to the careful passes.
unsigned short_states(const Rows& p, const Rows& q, std::size_t first, double scale,
                      RowState* states);

}  // namespace kullback
