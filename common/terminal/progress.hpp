#pragma once

#include <cstddef>
#include <iosfwd>
#include <limits>
#include <mutex>
#include <string>
#include <vector>

#include "common/clock.hpp"
#include "common/terminal/terminal.hpp"

namespace nn {

/// A bar of blocks, so many columns wide: "███░░░░░".
std::string drawn_bar(const Terminal& terminal, std::size_t done,
                      std::size_t total, std::size_t width);

/// Lines that are redrawn in place while work runs, one a worker, say.
///
/// They stand at the end of what is written, at most as many as the terminal
/// has room for, and are drawn at most ten times a second. The cursor is never
/// hidden, so nothing needs to be put back however the program ends. When
/// quiet, or elsewhere than on a terminal, nothing is written. Any thread may
/// call any function.
class LiveLines {
 public:
  /// @param out where to write; must outlive this object
  /// @param count how many lines
  LiveLines(std::ostream& out, const Terminal& terminal, std::size_t count,
            bool quiet = false, Clock clock = steady_seconds);

  /// Takes the lines away, as when an exception passes.
  ~LiveLines();

  LiveLines(const LiveLines&) = delete;
  LiveLines& operator=(const LiveLines&) = delete;

  /// Changes one line.
  /// @throws std::out_of_range if line is not below count
  void set(std::size_t line, std::string text);

  /// Returns true if a line would be drawn if it were set now. For lines that
  /// take time to make.
  bool is_due();

  /// Takes the lines away, until one is set again.
  void clear();

 private:
  bool is_due_locked() const;
  void draw();
  std::string erasure();

  std::mutex mutex_;  // guards all that follows, and the stream
  std::ostream& out_;
  Terminal terminal_;
  bool drawing_;
  Clock clock_;
  std::vector<std::string> lines_;
  std::size_t standing_ = 0;  // lines on the screen now
  double drawn_ = -std::numeric_limits<double>::infinity();
};

/// A bar for the work under way, and a line that stays when it is done.
///
///     Progress progress(std::cout, standard_output(), options.quiet);
///     for (std::size_t epoch = 1; epoch <= epochs; ++epoch) {
///       progress.start("epoch 3/10", 60000, "images");
///       ...                       progress.update(done);
///       progress.finish("epoch  3   loss 0.1234   test 96.91%");
///     }
///
/// The bar is a live line, with the rate and the time left. Elsewhere than on
/// a terminal only the lines that stay are written; when quiet, nothing is.
/// For one thread.
class Progress {
 public:
  /// @param out where to write; must outlive this object
  Progress(std::ostream& out, const Terminal& terminal, bool quiet = false,
           Clock clock = steady_seconds);

  /// Begins a piece of work.
  /// @param label what stands before the bar, "epoch 3/10"
  /// @param total how much there is to do
  /// @param unit what is counted, "images"
  void start(const std::string& label, std::size_t total,
             const std::string& unit);

  /// So much is done. Cheap enough for every batch.
  void update(std::size_t done);

  /// The work is over: the bar gives way to this line.
  void finish(const std::string& line);

  /// The work is over: the bar goes and nothing is written.
  void finish();

 private:
  std::string line(std::size_t done) const;
  std::string figures(std::size_t done) const;

  std::ostream& out_;
  Terminal terminal_;
  bool quiet_;
  Clock clock_;
  LiveLines live_;
  std::string label_;
  std::string unit_;
  std::size_t total_ = 0;
  double started_ = 0;
};

}  // namespace nn
