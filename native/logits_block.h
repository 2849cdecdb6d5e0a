// One block of two rows of logits: its state, whatever its numbers are stored as.
#pragma once

#include "row_state.h"
#include "rows.h"

namespace kullback {

// Whether the logits of either side must be worked on as float64.
bool needs_double(const Rows& p, const Rows& q);

template <class State>
State logits_block(const Rows& p, const Rows& q, std::size_t row, std::size_t start,
                   std::size_t count, double scale);

}  // namespace kullback
