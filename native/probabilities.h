// Measures of distributions that are given as probabilities, one a row.
//
// Each writes a row's value, and into `seen` what a check of the arguments needs to know of all
// rows: NaN, infinities and negatives show in it.
#pragma once

#include <limits>

#include "rows.h"

namespace kullback {

// The least and the largest of some sums; NaN where one of them is.
struct Extremes {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void add(const Extremes& other) {
    low = other.low < low || other.low != other.low ? other.low : low;
    high = other.high > high || other.high != other.high ? other.high : high;
  }
};

// `least` is the smallest number other than 0, or 1.
struct Seen {
  double least = 1.0;
  Extremes mass_p, mass_q;

  void add(const Seen& other) {
    least = other.least < least ? other.least : least;
    mass_p.add(other.mass_p);
    mass_q.add(other.mass_q);
  }
};

void kl(const Rows& p, const Rows& q, double* out, Seen& seen);
void jensen_shannon(const Rows& p, const Rows& q, double* out, Seen& seen);
void cross_entropy(const Rows& p, const Rows& q, double* out, Seen& seen);
void hellinger(const Rows& p, const Rows& q, double* out, Seen& seen);
void total_variation(const Rows& p, const Rows& q, double* out, Seen& seen);
void entropy(const Rows& p, double* out, Seen& seen);
void tsallis(const Rows& p, const Rows& q, double order, double* out, Seen& seen);
void renyi(const Rows& p, const Rows& q, double order, double* out, Seen& seen);

}  // namespace kullback
