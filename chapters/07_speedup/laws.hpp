/// @file
/// Two laws about work of which a share stays serial, and the share that each
/// of them means.
#pragma once

#include <cstddef>

namespace nn {

// [AMDAHL]
/// Amdahl's law: the speedup on P workers if the share `serial` of the time
/// that *one* worker takes cannot be shared. The work is fixed.
/// Source: Amdahl, "Validity of the single processor approach to achieving
/// large scale computing capabilities" (1967).
inline double amdahl_speedup(double serial, std::size_t workers) {
  return 1 / (serial + (1 - serial) / static_cast<double>(workers));
}
// [/AMDAHL]

// [FIT]
/// The serial share with which Amdahl's law gives this speedup on that many
/// workers, two at least. It takes everything for serial that keeps the
/// speedup down, so a share that grows with the workers shows a cost which the
/// law does not have.
/// Source: Karp and Flatt, "Measuring parallel processor performance" (1990).
inline double fitted_serial_share(double speedup, std::size_t workers) {
  // BEGIN SOLUTION fitted_serial_share
  const auto p = static_cast<double>(workers);
  return (p / speedup - 1) / (p - 1);
  // END SOLUTION
}
// [/FIT]

// [GUSTAFSON]
/// Gustafson's law: how many times longer one worker would take for the work
/// that P workers did, if the share `serial` of *their* time was serial. The
/// time is fixed, and the work grows with the workers.
/// Source: Gustafson, "Reevaluating Amdahl's law" (1988).
inline double gustafson_speedup(double serial, std::size_t workers) {
  return serial + static_cast<double>(workers) * (1 - serial);
}
// [/GUSTAFSON]

}  // namespace nn
