#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/pseudo_terminal.hpp"
#include "tests/support/temp_folder.hpp"

namespace nn {

/// What a program left behind.
struct Ended {
  int status = -1;  ///< exit status, or 128 + the signal that killed it
  std::string out;  ///< standard output, or what stood on the terminal
  std::string err;  ///< standard error
};

/// How a program is started, beyond its arguments.
struct Start {
  std::string mnist_dir = {};  ///< $MNIST_DIR; empty: not set
  std::string stdout_to = {};  ///< a file for standard output; empty: read it
  /// Once this stands in its output, the program gets a Ctrl-C.
  std::string interrupt_at = {};
  bool interrupt_at_once = false;  ///< as soon as it catches a Ctrl-C
  rlim_t largest_file = 0;  ///< in bytes, stands for a full disk; 0: any size
  rlim_t addresses = 0;     ///< in bytes, as `ulimit -v` has it; 0: any number
  rlim_t seconds = 0;       ///< of computing, then it is killed; 0: any number
  /// Columns of a terminal of its own for standard output; 0: no terminal.
  unsigned short columns = 0;
  bool no_colour = false;  ///< $NO_COLOR is set
};

/// The program of a chapter, "03" say, as `make` built it.
inline std::string program(const std::string& chapter) {
  const char* out = std::getenv("OUT");
  return std::filesystem::absolute(
             std::string(out ? out : "build/release-g++") + "/chapter" +
             chapter)
      .string();
}

/// In the child: what it may use of the system.
inline void set_limits(const Start& start) {
  const auto limit = [](auto what, rlim_t most) {
    const rlimit both = {most, most};
    if (most > 0) setrlimit(what, &both);
  };
  limit(RLIMIT_FSIZE, start.largest_file);
  limit(RLIMIT_AS, start.addresses);
  limit(RLIMIT_CPU, start.seconds);
  alarm(600);  // in seconds; one that hangs uses no time of the processor
}

/// In the child: its environment and where its output goes.
inline void prepare(const Start& start, const TempFolder& folder) {
  const std::string out =
      start.stdout_to.empty() ? (folder / "out").string() : start.stdout_to;
  const std::string err = (folder / "err").string();
  constexpr int kNew = O_WRONLY | O_CREAT | O_TRUNC;
  if (start.columns == 0) dup2(open(out.c_str(), kNew, 0600), 1);
  dup2(open(err.c_str(), kNew, 0600), 2);
  unsetenv("MNIST_DIR");
  if (!start.mnist_dir.empty()) {
    setenv("MNIST_DIR", start.mnist_dir.c_str(), 1);
  }
  setenv("TERM", "xterm", 1);
  setenv("LC_ALL", "C.UTF-8", 1);
  unsetenv("NO_COLOR");
  if (start.no_colour) setenv("NO_COLOR", "1", 1);
  set_limits(start);
}

[[noreturn]] inline void become(const std::string& file,
                                std::vector<std::string> arguments,
                                const Start& start, const TempFolder& folder) {
  prepare(start, folder);
  arguments.insert(arguments.begin(), file);
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  // Whoever runs the tests may ignore signals, as nohup does.
  signal(SIGINT, SIG_DFL);
  signal(SIGTERM, SIG_DFL);
  signal(SIGHUP, SIG_DFL);
  // An empty folder: no data/mnist is found by accident.
  if (chdir(folder.path().c_str()) == 0) execv(file.c_str(), argv.data());
  _exit(127);
}

/// Whether the program is past its start, and catches Ctrl-C. Linux tells.
inline bool catches_interrupts(pid_t child) {
  std::istringstream status(
      contents("/proc/" + std::to_string(child) + "/status"));
  const std::string name = "SigCgt:";
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with(name)) continue;
    const auto caught = std::stoull(line.substr(name.size()), nullptr, 16);
    return (caught >> (SIGINT - 1) & 1) != 0;
  }
  return false;
}

/// Waits for the end of a program that writes into a file.
/// @returns its wait status
inline int watch_file(pid_t child, const Start& start,
                      const TempFolder& folder) {
  const auto is_time = [&] {
    if (start.interrupt_at_once) return catches_interrupts(child);
    return contents(folder / "out").find(start.interrupt_at) !=
           std::string::npos;
  };
  int status = 0;
  bool asked = start.interrupt_at.empty() && !start.interrupt_at_once;
  while (waitpid(child, &status, asked ? 0 : WNOHANG) == 0) {
    if (is_time()) {
      kill(child, SIGINT);
      asked = true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return status;
}

/// What stands on the terminal once the program has ended.
inline std::string watch_terminal(int fd, const Start& start) {
  std::string text;
  char buffer[4096];
  bool asked = start.interrupt_at.empty();
  // Once the other side has gone, Linux reports an error.
  for (ssize_t n; (n = read(fd, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(n));
    if (asked || text.find(start.interrupt_at) == std::string::npos) continue;
    asked = write(fd, "\x03", 1) == 1;  // Ctrl-C
  }
  close(fd);
  return text;
}

/// Runs the program of a chapter to its end, in a folder of its own.
inline Ended run(const std::string& chapter,
                 const std::vector<std::string>& arguments,
                 const TempFolder& folder, const Start& start = {}) {
  winsize size = {24, start.columns, 0, 0};
  const bool on_terminal = start.columns > 0;
  int fd = -1;
  const pid_t child =
      on_terminal ? forkpty(&fd, nullptr, nullptr, &size) : fork();
  if (child == 0) become(program(chapter), arguments, start, folder);
  Ended ended;
  int status = 0;
  if (on_terminal) {
    ended.out = watch_terminal(fd, start);
    waitpid(child, &status, 0);
  } else {
    status = watch_file(child, start, folder);
    if (start.stdout_to.empty()) ended.out = contents(folder / "out");
  }
  ended.status =
      WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  ended.err = contents(folder / "err");
  return ended;
}

}  // namespace nn
