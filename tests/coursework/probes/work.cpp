#include "coursework/probes/work.hpp"

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

#include "coursework/probes/confine.hpp"

namespace {

// Ends without destructors: nothing that the answer left behind runs any more.
[[noreturn]] void end(int file, const std::string& last, int status) {
  nn::probe::write_all(file, last);
  std::_Exit(status);
}

}  // namespace

// ThreadSanitizer asks the kernel for more than an answer may. And other
// libraries of C pass no arguments here.
#if defined(__GLIBC__) && !defined(SANITIZED)
[[gnu::constructor(101)]] static void begin(int argc, char** argv) {
  nn::probe::confine_first(argc, argv);
}
#endif

// program FILE: reads "seed threads mark" from standard input, makes ready,
// writes "ready" to the file of that number, waits for a further line, works,
// and writes the report, at the end the mark.
int main(int argc, char** argv) {
  std::uint64_t seed = 0;
  std::size_t threads = 0;
  std::string mark, go;
  if (argc != 2 || !(std::cin >> seed >> threads >> mark)) {
    std::cerr << "this is run by grade.py\n";
    return 2;
  }
  const int file = std::atoi(argv[1]);
#ifndef SANITIZED
  nn::probe::confine(file);
#endif
  nn::Rng rng(seed);
  nn::probe::Report report;
  try {
    const nn::probe::Work work = make_ready(rng, threads);
    nn::probe::write_all(file, "ready\n");
    if (!(std::cin >> go)) return 2;
    work(report);
    end(file, report.text() + "end\t" + mark + "\n", 0);
  } catch (const std::exception& error) {
    end(file, "thrown\t" + std::string(error.what()) + "\n", 1);
  }
}
