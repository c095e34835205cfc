#include "03_training/program/results.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>

#include "common/error.hpp"
#include "common/terminal/text.hpp"

namespace nn {

void refuse_to_overwrite(const Settings& settings, ResultFile& csv) {
  if (!csv.wanted() || settings.load.empty()) return;
  std::error_code missing;
  if (std::filesystem::canonical(settings.load, missing) ==
      csv.file().target()) {
    throw InputError(settings.load +
                     ": --load reads it and --csv writes it; "
                     "name another file");
  }
}

void save_results(const Run& run, ResultFile& model, ResultFile& csv) {
  const bool is_new = run.steps > 0 || !run.settings.train;
  // The model comes first: it took the time, and an error with the figures
  // must not lose it.
  if (model.wanted() && is_new && run.measurements.diverged.empty()) {
    save_model(model.file(), run.model);
    std::cout << fmt::format("\nSaved: {}\n", printable(run.settings.save));
  }
  if (run.csv.empty()) return;
  csv.write("epoch,seconds,loss," + measured_on(run) + "_accuracy\n" + run.csv);
}

}  // namespace nn
