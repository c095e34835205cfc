#include "common/progress.hpp"

#include <algorithm>
#include <chrono>
#include <ostream>
#include <utility>

#include "common/text.hpp"

namespace nn {

namespace {

// Seconds between two drawings.
constexpr double kInterval = 0.1;

// To the line's start, and clear up to its end (ECMA-48: CR, EL).
const char* const kEraseLine = "\r\x1b[K";

// One write for a whole frame: a frame in pieces would flicker.
void write(std::ostream& out, const std::string& text) {
  out << text << std::flush;
}

// The last column stays free: some terminals wrap as soon as it is filled.
std::size_t usable_width(const Terminal& terminal) {
  return terminal.width > 1 ? terminal.width - 1 : 1;
}

std::string drawn_bar(const Terminal& terminal, double share,
                      std::size_t width) {
  const auto filled =
      static_cast<std::size_t>(share * static_cast<double>(width));
  std::string bar;
  for (std::size_t i = 0; i < width; ++i) {
    if (terminal.utf8) {
      bar += i < filled ? "█" : "░";
    } else {
      bar += i < filled ? '#' : '.';
    }
  }
  return bar;
}

// A second more or less does not matter, a steady width does.
std::string time_left(double seconds) {
  const bool short_time = seconds < 59.95;
  const std::string text =
      short_time ? pad_left(fixed(seconds, 1), 4) + " s" : duration(seconds);
  return text + " left";
}

}  // namespace

Clock steady_clock() {
  return [] {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double>(now).count();
  };
}

Progress::Progress(std::ostream& out, const Terminal& terminal, bool quiet,
                   Clock clock)
    : out_(out), terminal_(terminal), quiet_(quiet), clock_(std::move(clock)) {}

Progress::~Progress() {
  try {
    erase();
  } catch (...) {
    // The stream is gone; a destructor must not throw while another
    // exception is on its way.
  }
}

void Progress::start(const std::string& label, std::uint64_t total,
                     const std::string& unit) {
  label_ = label;
  unit_ = unit;
  total_ = total;
  done_ = 0;
  running_ = terminal_.interactive && !quiet_;
  if (!running_) return;
  started_ = clock_();
  draw(started_);
}

void Progress::update(std::uint64_t done) {
  done_ = done;
  if (!running_) return;
  const double now = clock_();
  if (now - drawn_ >= kInterval) draw(now);
}

void Progress::finish() {
  erase();
  running_ = false;
}

void Progress::finish(const std::string& text) {
  finish();
  line(text);
}

void Progress::line(const std::string& text) {
  if (quiet_) return;
  erase();
  write(out_, text + "\n");
  if (running_) draw(clock_());
}

void Progress::draw(double now) {
  drawn_ = now;
  standing_ = true;
  write(out_, kEraseLine + cut_to_width(bar(now), usable_width(terminal_)));
}

void Progress::erase() {
  if (!standing_) return;
  standing_ = false;
  write(out_, kEraseLine);
}

// epoch 3/10  ███░░░░░  38%   251,144 images/s  0.2 s left
std::string Progress::bar(double now) const {
  const std::string right = figures(now - started_);
  if (total_ == 0) {
    return label_ + "  " + thousands(done_) + " " + unit_ + right;
  }
  const double share =
      std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_));
  const std::string middle = "  " + pad_left(percent(share, 0), 4) + right;
  const std::size_t taken = display_width(label_ + "  " + middle);
  const std::size_t width = usable_width(terminal_);
  if (width < taken + 4) return label_ + middle;
  return label_ + "  " +
         drawn_bar(terminal_, share, std::min<std::size_t>(width - taken, 30)) +
         middle;
}

// The rate, and the time left at that rate. Padded, or the bar would jump.
std::string Progress::figures(double seconds) const {
  if (done_ == 0 || seconds <= 0) {
    return pad_right("", display_width(unit_) + 25);
  }
  const double rate = static_cast<double>(done_) / seconds;
  std::string text = "  " +
                     pad_left(thousands(static_cast<std::uint64_t>(rate)), 9) +
                     " " + unit_ + "/s";
  if (total_ == 0) return text;
  const std::uint64_t left = total_ > done_ ? total_ - done_ : 0;
  return text + "  " + time_left(static_cast<double>(left) / rate);
}

LiveLines::LiveLines(std::ostream& out, const Terminal& terminal,
                     std::size_t count, bool quiet, Clock clock)
    : out_(out),
      terminal_(terminal),
      quiet_(quiet),
      clock_(std::move(clock)),
      lines_(count),
      drawn_(terminal_.interactive ? clock_() - 1 : 0) {}

LiveLines::~LiveLines() {
  try {
    clear();
  } catch (...) {
    // As for Progress.
  }
}

void LiveLines::set(std::size_t line, std::string text) {
  const std::lock_guard lock(mutex_);
  lines_.at(line) = std::move(text);
  if (!terminal_.interactive || quiet_ || over_) return;
  const double now = clock_();
  if (now - drawn_ >= kInterval) draw(now);
}

void LiveLines::print(const std::string& text) {
  const std::lock_guard lock(mutex_);
  if (quiet_) return;
  const bool redraw = standing_ > 0;
  erase();
  write(out_, text + "\n");
  if (redraw) draw(clock_());
}

void LiveLines::finish() {
  const std::lock_guard lock(mutex_);
  if (over_) return;
  over_ = true;
  if (quiet_) return;
  erase();
  std::string all;
  for (const std::string& line : lines_) all += line + "\n";
  write(out_, all);
}

void LiveLines::clear() {
  const std::lock_guard lock(mutex_);
  over_ = true;
  erase();
}

// The cursor stands at the start of the line below the last one. A program
// that dies here leaves a whole picture, and the shell's prompt below it.
void LiveLines::draw(double now) {
  const std::size_t shown =
      std::min(lines_.size(), std::max<std::size_t>(terminal_.height, 2) - 1);
  std::string frame = erase_sequence();
  for (std::size_t i = 0; i < shown; ++i) {
    frame += cut_to_width(lines_[i], usable_width(terminal_)) + "\n";
  }
  standing_ = shown;
  drawn_ = now;
  write(out_, frame);
}

// Up to the first line, and clear from there (ECMA-48: CUU, ED).
std::string LiveLines::erase_sequence() const {
  if (standing_ == 0) return "";
  return "\x1b[" + std::to_string(standing_) + "A\r\x1b[J";
}

void LiveLines::erase() {
  if (standing_ == 0) return;
  write(out_, erase_sequence());
  standing_ = 0;
}

}  // namespace nn
