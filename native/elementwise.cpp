#include "elementwise.h"

#include "exponential.h"
#include "logarithm.h"

namespace kullback {
namespace {

template <class T>
KULLBACK_INLINE void log_all(const T* x, T* out, std::size_t count) {
  KULLBACK_SIMD()
  for (std::size_t i = 0; i < count; ++i) out[i] = log_of(x[i]);
}

template <class T>
KULLBACK_INLINE void exp_all(const T* x, T* out, std::size_t count) {
  KULLBACK_SIMD()
  for (std::size_t i = 0; i < count; ++i) out[i] = exp_of(x[i]);
}

#define KULLBACK_EACH(name, all, T)                                                    \
  KULLBACK_INLINE void name##_body(const T* x, T* out, std::size_t count) {            \
    all(x, out, count);                                                                \
  }                                                                                    \
  KULLBACK_DISPATCH(void, name, (const T* x, T* out, std::size_t count), (x, out, count))

KULLBACK_EACH(log_double, log_all, double)
KULLBACK_EACH(log_float, log_all, float)
KULLBACK_EACH(exp_double, exp_all, double)
KULLBACK_EACH(exp_float, exp_all, float)

}  // namespace

void log_each(const double* x, double* out, std::size_t count) { log_double(x, out, count); }
void log_each(const float* x, float* out, std::size_t count) { log_float(x, out, count); }
void exp_each(const double* x, double* out, std::size_t count) { exp_double(x, out, count); }
void exp_each(const float* x, float* out, std::size_t count) { exp_float(x, out, count); }

}  // namespace kullback
