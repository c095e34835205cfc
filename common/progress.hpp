#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <mutex>
#include <string>
#include <vector>

#include "common/terminal.hpp"

namespace nn {

/// Seconds since some moment. Tests pass their own.
using Clock = std::function<double()>;

/// The steady clock of the machine.
Clock steady_clock();

/// A bar for the work under way, and the lines that stay.
///
///     Progress progress(std::cout, standard_output(), options.quiet);
///     for (int epoch = 1; epoch <= epochs; ++epoch) {
///       progress.start("epoch 3/10", 60000, "images");
///       ...                       progress.update(done);
///       progress.finish("epoch  3   loss 0.1234   test 96.91%");
///     }
///
/// On a terminal the bar is redrawn in place, at most ten times a second,
/// with the rate and the time left. Elsewhere only the lines are written.
/// When quiet, nothing is. The cursor is never hidden, so nothing needs to be
/// put back however the program ends. For one thread.
class Progress {
 public:
  /// @param out where to write; must outlive this object
  Progress(std::ostream& out, const Terminal& terminal, bool quiet = false,
           Clock clock = steady_clock());

  /// Removes a bar that still stands, as when an exception passes.
  ~Progress();

  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Begins a piece of work.
  /// @param label what stands before the bar, "epoch 3/10"
  /// @param total how much there is to do; 0 where that is not known
  /// @param unit what is counted, "images"
  void start(const std::string& label, std::uint64_t total,
             const std::string& unit);

  /// So much is done. Cheap enough for every batch.
  void update(std::uint64_t done);

  /// The work is over: the bar gives way to this line.
  void finish(const std::string& line);

  /// The work is over: the bar goes and nothing is written.
  void finish();

  /// A line that stays, above the bar.
  void line(const std::string& text);

 private:
  void draw(double now);
  void erase();
  std::string bar(double now) const;
  std::string figures(double seconds) const;

  std::ostream& out_;
  Terminal terminal_;
  bool quiet_;
  Clock clock_;
  std::string label_;
  std::string unit_;
  std::uint64_t total_ = 0;
  std::uint64_t done_ = 0;
  double started_ = 0;
  double drawn_ = 0;
  bool running_ = false;
  bool standing_ = false;  // a bar is on the screen
};

/// Several lines that are redrawn in place, one per worker, say.
///
/// Any thread may call any function. Elsewhere than on a terminal only
/// `print` and `finish` write. Lines beyond the terminal's height are not
/// shown while the work runs.
class LiveLines {
 public:
  /// @param out where to write; must outlive this object
  /// @param count how many lines
  LiveLines(std::ostream& out, const Terminal& terminal, std::size_t count,
            bool quiet = false, Clock clock = steady_clock());

  /// Removes the lines if neither `finish` nor `clear` was called.
  ~LiveLines();

  LiveLines(const LiveLines&) = delete;
  LiveLines& operator=(const LiveLines&) = delete;

  /// Changes one line. The screen follows at most ten times a second.
  /// @throws std::out_of_range unless line < count
  void set(std::size_t line, std::string text);

  /// A line that stays, above the others.
  void print(const std::string& text);

  /// Draws the lines a last time and leaves them there. Elsewhere than on a
  /// terminal this is when they are written.
  void finish();

  /// Takes the lines away.
  void clear();

 private:
  void draw(double now);
  std::string erase_sequence() const;
  void erase();

  std::mutex mutex_;  // guards all that follows, and the stream
  std::ostream& out_;
  Terminal terminal_;
  bool quiet_;
  Clock clock_;
  std::vector<std::string> lines_;
  std::size_t standing_ = 0;  // lines on the screen now
  double drawn_ = 0;
  bool over_ = false;
};

}  // namespace nn
