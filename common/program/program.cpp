#include "common/program/program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <iostream>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include "common/blas.hpp"
#include "common/error.hpp"
#include "common/program/interrupt.hpp"
#include "common/terminal/text.hpp"

namespace nn {

namespace {

// If the caller closed standard output, the next file that we open would
// become number 1 and receive what we print. So we fill 0, 1 and 2, and open
// 1 for reading only: a write still fails, and is reported.
void fill_standard_streams() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (fcntl(fd, F_GETFD) != -1) continue;
    const int mode = fd == STDOUT_FILENO ? O_RDONLY : O_RDWR;
    if (open("/dev/null", mode) == -1) return;
  }
}

std::string base_name(const std::string& path) {
  return path.substr(path.find_last_of('/') + 1);
}

CommandLine command_line(int argc, char** argv) {
  if (argc < 1) return {"program", {}};
  return {base_name(argv[0]), std::vector<std::string>(argv + 1, argv + argc)};
}

void report(const std::string& name, const std::string& message) noexcept {
  try {
    std::cerr << printable(name + ": " + message) << std::endl;
  } catch (...) {
    // Standard error has gone too: the exit status has to do.
  }
}

void flush_output() {
  errno = 0;
  std::cout.flush();  // throws if it fails
  if (std::fflush(stdout) != 0) throw std::ios_base::failure("");
}

// errno, where it is known, says "No space left on device".
std::string output_failure() {
  const int error = errno;
  const std::string what = "cannot write to standard output";
  return error == 0 ? what : what + ": " + std::strerror(error);
}

// std::thread says only that a resource is not available.
std::string reason_of(const std::system_error& error) {
  if (error.code() != std::errc::resource_unavailable_try_again) {
    return error.what();
  }
  return "the system starts no more threads: use fewer, or raise `ulimit -u` "
         "and `ulimit -v`";
}

int run_body(CommandLine& line, const std::function<int(CommandLine&)>& body) {
  int status = 0;
  try {
    take_blas_memory();
    errno = 0;
    status = body(line);
  } catch (const HelpRequested& help) {
    std::cout << help.text;
  }
  flush_output();
  if (!interrupted()) return status;
  report(line.name(), "interrupted");
  return interrupt_status();
}

int failed(const std::string& name, const std::string& message, int status) {
  // std::cerr is tied to std::cout: printing on it flushes the lines that
  // stand in the buffer, which must not throw again.
  std::cout.exceptions(std::ios::goodbit);
  report(name, message);
  return status;
}

int run_and_report(CommandLine& line,
                   const std::function<int(CommandLine&)>& body) {
  try {
    return run_body(line, body);
  } catch (const InputError& error) {
    return failed(line.name(), error.what(), 2);
  } catch (const Interrupted& error) {
    const int status = interrupt_status();
    return failed(line.name(), error.what(), status == 0 ? 130 : status);
  } catch (const std::bad_alloc&) {
    return failed(line.name(),
                  "out of memory: use smaller numbers, or raise "
                  "`ulimit -v`",
                  1);
  } catch (const std::ios_base::failure& error) {
    // Ctrl-C while standard output waited for its reader.
    if (interrupted())
      return failed(line.name(), "interrupted", interrupt_status());
    if (!std::cout.bad()) return failed(line.name(), error.what(), 1);
    return failed(line.name(), output_failure(), 1);
  } catch (const std::system_error& error) {
    return failed(line.name(), reason_of(error), 1);
  } catch (const std::exception& error) {
    return failed(line.name(), error.what(), 1);
  } catch (...) {
    return failed(line.name(), "an unknown exception", 1);
  }
}

}  // namespace

int run_program(int argc, char** argv,
                const std::function<int(CommandLine&)>& body) {
  fill_standard_streams();
  // A closed pipe then shows as a failed write, which we can report.
  signal(SIGPIPE, SIG_IGN);
  // So does a file that has grown to the limit of `ulimit -f`.
  signal(SIGXFSZ, SIG_IGN);
  catch_interrupts();
  std::cout.exceptions(std::ios::badbit);
  CommandLine line = command_line(argc, argv);
  const int status = run_and_report(line, body);
  std::cout.exceptions(std::ios::goodbit);
  return status;
}

}  // namespace nn
