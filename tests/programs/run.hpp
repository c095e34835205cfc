#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "../common/temp_folder.hpp"

namespace nn {

/// What a program left behind.
struct Ended {
  int status = -1;  ///< exit status, or 128 + the signal that killed it
  std::string out;  ///< standard output
  std::string err;  ///< standard error
};

/// How a program is started, beyond its arguments.
struct Start {
  std::string mnist_dir = {};  ///< $MNIST_DIR; empty: not set
  std::string stdout_to = {};  ///< a file for standard output; empty: read it
  /// Once this stands in its output, the program gets a Ctrl-C.
  std::string interrupt_at = {};
};

/// The program of a chapter, "03" say, as `make` built it.
inline std::string program(const std::string& chapter) {
  const char* out = std::getenv("OUT");
  return std::filesystem::absolute(
             std::string(out ? out : "build/release-g++") + "/chapter" +
             chapter)
      .string();
}

[[noreturn]] inline void become(const std::string& file,
                                std::vector<std::string> arguments,
                                const Start& start, const TempFolder& folder) {
  const std::string out =
      start.stdout_to.empty() ? (folder / "out").string() : start.stdout_to;
  const std::string err = (folder / "err").string();
  constexpr int kNew = O_WRONLY | O_CREAT | O_TRUNC;
  dup2(open(out.c_str(), kNew, 0600), 1);
  dup2(open(err.c_str(), kNew, 0600), 2);
  unsetenv("MNIST_DIR");
  if (!start.mnist_dir.empty()) {
    setenv("MNIST_DIR", start.mnist_dir.c_str(), 1);
  }
  arguments.insert(arguments.begin(), file);
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  // An empty folder: no data/mnist is found by accident.
  if (chdir(folder.path().c_str()) == 0) execv(file.c_str(), argv.data());
  _exit(127);
}

/// Runs the program of a chapter to its end, in a folder of its own.
inline Ended run(const std::string& chapter,
                 const std::vector<std::string>& arguments,
                 const TempFolder& folder, const Start& start = {}) {
  const pid_t child = fork();
  if (child == 0) become(program(chapter), arguments, start, folder);
  int status = 0;
  bool asked = start.interrupt_at.empty();
  while (waitpid(child, &status, asked ? 0 : WNOHANG) == 0) {
    if (contents(folder / "out").find(start.interrupt_at) !=
        std::string::npos) {
      kill(child, SIGINT);
      asked = true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  Ended ended;
  ended.status =
      WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  ended.err = contents(folder / "err");
  if (start.stdout_to.empty()) ended.out = contents(folder / "out");
  return ended;
}

}  // namespace nn
