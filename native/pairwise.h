// A measure between every row of one set and every row of another.
#pragma once

#include <cstddef>

namespace kullback {

// Rows of doubles, one after the other.
struct Matrix {
  const double* data;
  std::size_t rows;
  std::size_t outcomes;

  const double* row(std::size_t i) const { return data + i * outcomes; }
};

// Where values go: all pairs of P and Q as a matrix or, of P with itself, those with i < j, row
// by row.
struct Pairing {
  double* out;
  std::size_t columns;
  bool half;

  double& at(std::size_t i, std::size_t j) const {
    return half ? out[i * (2 * columns - i - 1) / 2 + (j - i - 1)] : out[i * columns + j];
  }
};

void pairwise_kl(const Matrix& p, const Matrix& q, const Pairing& pairing);
void pairwise_cross_entropy(const Matrix& p, const Matrix& q, const Pairing& pairing);
void pairwise_hellinger(const Matrix& p, const Matrix& q, const Pairing& pairing);
void pairwise_jensen_shannon(const Matrix& p, const Matrix& q, const Pairing& pairing);
void pairwise_total_variation(const Matrix& p, const Matrix& q, const Pairing& pairing);

}  // namespace kullback
