#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/matrix.hpp"

/// @file
/// What a network needs besides products: sums, broadcasts, element-wise
/// arithmetic, and the two translations between labels and columns. Results
/// go into the last argument, as in products.hpp.

namespace nn {

/// B = A'.
/// @param A (m x n)
/// @param B (n x m), not A
template <typename Real>
void transpose(const Mat<Real>& A, Mat<Real>& B);

/// The sum of each column: NumPy's `A.sum(axis=0)`.
/// @param A (m x n)
/// @param sums (1 x n), not A
template <typename Real>
void column_sums(const Mat<Real>& A, Mat<Real>& sums);

/// The sum of each row: NumPy's `A.sum(axis=1)`.
/// @param A (m x n)
/// @param sums (m), not A
template <typename Real>
void row_sums(const Mat<Real>& A, Vec<Real>& sums);

/// The largest element of each column: NumPy's `A.max(axis=0)`.
/// @param A (m x n) with m > 0
/// @param maxima (1 x n), not A
/// @throws std::invalid_argument when A has columns and no row
template <typename Real>
void column_maxima(const Mat<Real>& A, Mat<Real>& maxima);

/// Adds b to every column of A: NumPy's broadcast `A += b[:, None]`.
/// @param b (m)
/// @param A (m x n)
/// @throws std::invalid_argument unless b has as many elements as A rows
template <typename Real>
void add_column(const Vec<Real>& b, Mat<Real>& A);

/// C = A + B, element by element. C may be A or B.
/// @param A (m x n)
/// @param B (m x n)
/// @param C (m x n)
/// @throws std::invalid_argument unless the shapes are equal
template <typename Real>
void add(const Mat<Real>& A, const Mat<Real>& B, Mat<Real>& C);

/// C = A - B, element by element. C may be A or B.
/// @param A (m x n)
/// @param B (m x n)
/// @param C (m x n)
/// @throws std::invalid_argument unless the shapes are equal
template <typename Real>
void subtract(const Mat<Real>& A, const Mat<Real>& B, Mat<Real>& C);

/// C = A * B element by element, the Hadamard product. C may be A or B.
/// @param A (m x n)
/// @param B (m x n)
/// @param C (m x n)
/// @throws std::invalid_argument unless the shapes are equal
template <typename Real>
void hadamard(const Mat<Real>& A, const Mat<Real>& B, Mat<Real>& C);

/// C = A / B, element by element. C may be A or B.
/// @param A (m x n)
/// @param B (m x n)
/// @param C (m x n)
/// @throws std::invalid_argument unless the shapes are equal
template <typename Real>
void divide(const Mat<Real>& A, const Mat<Real>& B, Mat<Real>& C);

/// A = s A.
template <typename Real>
void scale(Real s, Mat<Real>& A);

/// B = B + s A: the step of gradient descent, with s = -rate.
/// @param A (m x n)
/// @param B (m x n)
/// @throws std::invalid_argument unless the shapes are equal
template <typename Real>
void add_scaled(Real s, const Mat<Real>& A, Mat<Real>& B);

/// B = e^A, element by element. B may be A.
template <typename Real>
void exponential(const Mat<Real>& A, Mat<Real>& B);

/// B = max(A, floor), element by element. B may be A.
template <typename Real>
void maximum(const Mat<Real>& A, Real floor, Mat<Real>& B);

/// The row of the largest element of each column, the first one on a tie:
/// NumPy's `A.argmax(axis=0)`. A column of scores becomes a label.
/// @param A (m x n) with 0 < m <= 256
/// @returns n labels
/// @throws std::invalid_argument when m is 0 or above 256
template <typename Real>
std::vector<std::uint8_t> column_argmax(const Mat<Real>& A);

/// Y(labels[j], j) = 1 and 0 elsewhere. A label becomes a column of scores.
/// @param labels B labels below `classes`
/// @param classes the number of rows of Y
/// @param Y (classes x B)
/// @throws std::invalid_argument when a label is not below `classes`
template <typename Real>
void one_hot(std::span<const std::uint8_t> labels, std::size_t classes,
             Mat<Real>& Y);

}  // namespace nn
