// Measures of distributions that are given as probabilities, one a row.
//
// Each writes a row's value, and into `facts` (three numbers a row, in the order least, ΣP, ΣQ)
// what a check of the arguments needs: NaN, infinities and negatives show in them.
#pragma once

#include "rows.h"

namespace kullback {

constexpr std::size_t kFacts = 3;

void kl(const Rows& p, const Rows& q, double* out, double* facts);
void jensen_shannon(const Rows& p, const Rows& q, double* out, double* facts);
void cross_entropy(const Rows& p, const Rows& q, double* out, double* facts);
void hellinger(const Rows& p, const Rows& q, double* out, double* facts);
void total_variation(const Rows& p, const Rows& q, double* out, double* facts);
void entropy(const Rows& p, double* out, double* facts);
void tsallis(const Rows& p, const Rows& q, double order, double* out, double* facts);
void renyi(const Rows& p, const Rows& q, double order, double* out, double* facts);

}  // namespace kullback
