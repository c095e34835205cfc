#pragma once

#include <functional>

#include "common/program/options.hpp"

namespace nn {

/// Runs a program's body and turns whatever happens into an exit status and
/// at most one line on standard error, `NAME: message`:
///
/// | what happened                                     | exit status |
/// |---------------------------------------------------|-------------|
/// | the body returns n                                | n           |
/// | `--help`                                          | 0           |
/// | InputError: the user's input                      | 2           |
/// | any other exception, memory included              | 1           |
/// | standard output cannot be written (disk, pipe)    | 1           |
/// | Ctrl-C, whether the body returns or throws        | 130         |
///
/// While the body runs, a failing write to `std::cout` throws, so a program
/// whose reader has gone (`./chapter03 | head -1`) stops instead of training
/// on for nobody. One whose reader has stalled ends at the first Ctrl-C.
int run_program(int argc, char** argv,
                const std::function<int(CommandLine&)>& body);

}  // namespace nn
