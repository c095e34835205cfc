#include "coursework/probes/probe.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>

#include "coursework/probes/confine.hpp"

#ifdef __GLIBC__  // others pass no arguments
[[gnu::constructor(101)]] static void begin(int argc, char** argv) {
  nn::probe::confine_first(argc, argv);
}
#endif

// probe FILE: reads "seed thorough mark" from standard input, runs the probe
// and writes the report to the file of that number, at the end the mark.
//
// The answer runs in this process: it could find that file and the mark, and
// write a report of its own. That earns nothing. A report counts by its values,
// which come from a seed that is drawn for each grading, and neither they nor
// the code that computes them are anywhere that this process can reach. So to
// forge a report one has to solve the exercise. What the seed does not
// determine, such as a count of mistakes, is guarded by what an answer is built
// from: symbols.py takes none that names functions which write, fork or exit.
// What remains is an answer that finds such functions by their addresses and
// rewrites a report of mistakes: no code in the same process can rule that out,
// and its text does not look like an answer.
int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--confined")
    return nn::probe::confine(1) ? 0 : 1;
  std::uint64_t seed = 0;
  bool thorough = false;
  std::string mark;
  if (argc != 2 || !(std::cin >> seed >> thorough >> mark)) {
    std::cerr << "a probe is run by check.py and its like\n";
    return 2;
  }
  const int file = std::atoi(argv[1]);
  nn::probe::confine(file);
  nn::Rng rng(seed);
  nn::probe::Report report;
  try {
    run_probe(rng, thorough, report);
  } catch (const std::exception& error) {
    nn::probe::write_all(file, fmt::format("thrown\t{}\n", error.what()));
    std::_Exit(1);
  }
  nn::probe::write_all(file, report.text() + "end\t" + mark + "\n");
  // Nothing that the answer left behind runs any more.
  std::_Exit(0);
}
