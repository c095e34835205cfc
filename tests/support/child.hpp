#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "common/program/program.hpp"
#include "tests/support/pseudo_terminal.hpp"

namespace nn {

/// What a program left behind.
struct Ending {
  int status = -1;     // exit status, or 128 + the signal that killed it
  std::string output;  // standard output
  std::string errors;  // standard error
};

inline int exit_status(int wait_status) {
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status)
                                : 128 + WTERMSIG(wait_status);
}

inline std::string read_to_end(int fd) {
  std::string text;
  char buffer[4096];
  // On a terminal whose other side has gone, Linux reports an error.
  for (ssize_t n; (n = read(fd, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(n));
  }
  return text;
}

/// In the child: whoever runs the tests may ignore signals, as nohup does,
/// and the child would inherit that.
inline void heed_interrupts() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  std::signal(SIGHUP, SIG_DFL);
}

/// In the child: to be refused what the root user never is.
inline void become_nobody() {
  constexpr uid_t kNobody = 65534;
  if (getuid() == 0 && setuid(kNobody) != 0) _exit(99);
}

using Body = std::function<int(CommandLine&)>;

/// In the child: the program, which must not return into the test.
[[noreturn]] inline void run_and_exit(const Body& body,
                                      std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "/some/where/chapter03");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const int argc = static_cast<int>(arguments.size());
  const int status = run_program(argc, argv.data(), body);
  std::cout.flush();
  _exit(status);
}

/// Runs the body as a program of its own.
/// @param output file for standard output; empty: a pipe that is read
/// @param prepare called in the child before the program starts
inline Ending run_child(const Body& body,
                        const std::vector<std::string>& arguments = {},
                        const std::string& output = "",
                        const std::function<void()>& prepare = {}) {
  int out[2];
  int err[2];
  if (pipe(out) != 0 || pipe(err) != 0) return {};
  std::fflush(nullptr);
  std::cout.flush();
  const pid_t child = fork();
  if (child == 0) {
    dup2(output.empty() ? out[1] : open(output.c_str(), O_WRONLY), 1);
    dup2(err[1], 2);
    for (const int fd : {out[0], out[1], err[0], err[1]}) close(fd);
    heed_interrupts();
    if (prepare) prepare();
    run_and_exit(body, arguments);
  }
  close(out[1]);
  close(err[1]);
  Ending ending;
  ending.output = read_to_end(out[0]);
  ending.errors = read_to_end(err[0]);
  close(out[0]);
  close(err[0]);
  int status = 0;
  waitpid(child, &status, 0);
  ending.status = exit_status(status);
  return ending;
}

/// Runs the body on a terminal of its own, on which both its outputs arrive.
/// @param size rows and columns
inline Ending run_on_terminal(const Body& body, winsize size = {24, 80, 0, 0}) {
  std::fflush(nullptr);
  std::cout.flush();
  int fd = -1;
  const pid_t child = forkpty(&fd, nullptr, nullptr, &size);
  if (child == 0) {
    heed_interrupts();
    setenv("TERM", "xterm-256color", 1);
    run_and_exit(body, {});
  }
  Ending ending;
  ending.output = read_to_end(fd);
  close(fd);
  int status = 0;
  waitpid(child, &status, 0);
  ending.status = exit_status(status);
  return ending;
}

}  // namespace nn
