// Numbers of the kernels, for a comparison between processors: no Python needed.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>
#include "logits.h"
#include "pairwise.h"
#include "probabilities.h"
#include "cells.h"
#include "loss.h"
#include "neighbours.h"
#include "threads.h"
using namespace kullback;
int main(int count, char** words) {
  std::mt19937_64 draw(7);
  auto uniform = [&] { return (double(draw() >> 11) + 0.5) * 0x1p-53; };
  const std::size_t rows = 20, k = count > 1 ? std::size_t(std::atoi(words[1])) : 5003;
  std::vector<double> p(rows * k), q(rows * k), out(rows * rows * 8);
  Seen seen;
  std::vector<float> x(rows * k), y(rows * k), g(rows * k);
  for (std::size_t i = 0; i < rows; ++i) {
    double sp = 0, sq = 0;
    for (std::size_t j = 0; j < k; ++j) { p[i*k+j] = uniform(); q[i*k+j] = i % 3 == 1 && j % 4 ? 0.0 : uniform(); if (i%3==2) q[i*k+j] = p[i*k+j]*(1+1e-7*uniform()); sp += p[i*k+j]; sq += q[i*k+j]; }
    for (std::size_t j = 0; j < k; ++j) { p[i*k+j] /= sp; q[i*k+j] /= sq; x[i*k+j] = float(8*uniform()); y[i*k+j] = x[i*k+j] + float(uniform()); }
  }
  Rows P{(char*)p.data(), Number::kFloat64, rows, k, std::ptrdiff_t(8*k), 8}, Q{(char*)q.data(), Number::kFloat64, rows, k, std::ptrdiff_t(8*k), 8};
  Rows X{(char*)x.data(), Number::kFloat32, rows, k, std::ptrdiff_t(4*k), 4}, Y{(char*)y.data(), Number::kFloat32, rows, k, std::ptrdiff_t(4*k), 4};
  auto say = [&](const char* n, std::size_t c) { std::printf("%s", n); for (std::size_t i = 0; i < c; ++i) std::printf(" %.17g", out[i]); std::printf("\n"); };
  kl(P, Q, out.data(), seen); say("kl", rows);
  jensen_shannon(P, Q, out.data(), seen); say("js", rows);
  cross_entropy(P, Q, out.data(), seen); say("ce", rows);
  hellinger(P, Q, out.data(), seen); say("h", rows);
  total_variation(P, Q, out.data(), seen); say("tv", rows);
  entropy(P, out.data(), seen); say("entropy", rows);
  for (double order : {0.2, 0.5, 3.0}) { renyi(P, Q, order, out.data(), seen); say("renyi", rows); }
  Matrix A{p.data(), rows, k}, B{q.data(), rows, k};
  Pairing all{out.data(), rows, false};
  pairwise_kl(A, B, all); say("pkl", rows*rows);
  pairwise_jensen_shannon(A, B, all); say("pjs", rows*rows);
  pairwise_hellinger(A, B, all); say("ph", rows*rows);
  logits_kl(P, Q, 1.0, out.data()); say("lkl64", rows);
  logits_summary(P, Q, 1.0, out.data()); say("ls64", rows*7);
  logits_kl(X, Y, 1.0, out.data()); say("single-kl", rows);
  logits_summary(X, Y, 1.0, out.data()); say("single-summary", rows*7);
  std::vector<double> known(rows * kKnown), weights(rows, 1.0);
  for (double beta : {0.0, 0.5}) {
    loss_facts(X, Y, {1.0, beta}, known.data());
    std::copy(known.begin(), known.end(), out.begin());
    say("single-loss", rows * kKnown);
    slopes(X, Y, {1.0, beta}, {known.data(), weights.data(), true}, Number::kFloat32, g.data());
    for (std::size_t i = 0; i < rows; ++i) out[i] = g[i * k + i % k];
    say("single-slopes", rows);
    std::vector<std::uint16_t> shorts(rows * k);
    for (Number number : {Number::kFloat16, Number::kBfloat16}) {
      narrow(g.data(), rows * k, number, shorts.data());
      std::copy_n(shorts.begin(), 8 * rows, out.begin());
      say("single-16-bits", 8 * rows);
    }
  }
  // Rows by cell, of numbers of both signs.
  for (std::size_t i = 0; i < rows * k; ++i) p[i] = (i % 2 ? 1 : -1) * p[i];
  const std::vector<double> edges = {-1e-3, -1e-5, 0.0, 1e-5, 1e-4, 2e-4};
  const Column column{p.data(), nullptr, rows * k};
  for (const Cells& cells : {grid_cells(column, 7), bin_cells(column, edges.data(), edges.size())}) {
    out.assign(cells.low.begin(), cells.low.end());
    out.insert(out.end(), cells.rows.begin(), cells.rows.end());
    say("cells", out.size());
  }
  out.resize(rows * rows * 8);
  for (std::size_t i = 0; i < rows * k; ++i) p[i] = std::fabs(p[i]);
  // Places as well as distances, of clouds of several widths.
  for (std::size_t width : {1, 2, 3, 7}) {
    const Points cloud{p.data(), rows * k / 7, width};
    const Points asked{q.data(), std::min<std::size_t>(40, rows * k / 7), width};
    std::vector<std::int64_t> places(asked.count * 3);
    for (bool chebyshev : {false, true}) {
      tree_of(cloud, chebyshev)->nearest(asked, 3, threads_asked(), out.data(), places.data());
      say("nearest", asked.count * 3);
      for (std::size_t i = 0; i < places.size(); ++i) out[i] = double(places[i]);
      say("places", places.size());
    }
  }
  return 0;
}
