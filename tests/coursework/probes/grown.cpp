#include <string>

#include "05_work_stealing/circular_buffer.hpp"
#include "coursework/probes/probe.hpp"

namespace {

/// Items top, top + 1, ..., bottom - 1, each at the index that it is named
/// after.
void report_growth(std::size_t capacity, std::int64_t top, std::int64_t bottom,
                   nn::probe::Report& report) {
  std::vector<double> items;
  for (std::int64_t i = top; i < bottom; ++i)
    items.push_back(static_cast<double>(i));
  const nn::CircularBuffer<double> buffer(capacity);
  for (std::int64_t i = top; i < bottom; ++i)
    buffer.ring().put(i, &items[static_cast<std::size_t>(i - top)]);

  const auto at = [&](const nn::Ring<double>& ring) {
    std::vector<double> found;
    for (std::int64_t index = top; index < bottom; ++index) {
      const double* const item = ring.get(index);
      found.push_back(item != nullptr ? *item : -1);
    }
    return found;
  };
  const auto bigger = buffer.grown(top, bottom);
  const std::string key = "a ring of " + std::to_string(capacity) +
                          " with the items of [" + std::to_string(top) + ", " +
                          std::to_string(bottom) + "): ";
  report.exact(key + "whether there is a new ring", bigger != nullptr);
  if (bigger == nullptr) return;
  report.exact(key + "the capacity of the new ring",
               static_cast<double>(bigger->ring().capacity()));
  report.exact(key + "the items at these indices of the new ring",
               at(bigger->ring()));
  report.exact(key + "the items at these indices of the old ring",
               at(buffer.ring()));
}

}  // namespace

void run_probe(nn::Rng& rng, bool thorough, nn::probe::Report& report) {
  report.note("an item is shown by the index at which it was put; -1: null");
  report_growth(4, 0, 4, report);
  const auto top = static_cast<std::int64_t>(1 + 2 * rng.below(20));
  report_growth(8, top, top + 8, report);
  report_growth(8, top + 4, top + 7, report);
  if (!thorough) return;

  report_growth(1, 0, 1, report);
  report_growth(1, top, top + 1, report);
  report_growth(4, top, top, report);
  report_growth(2, (std::int64_t{1} << 40) + top,
                (std::int64_t{1} << 40) + top + 2, report);
  report_growth(64, 3 * top, 3 * top + 64, report);
}
