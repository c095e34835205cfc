#include "common/terminal/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <string_view>
#include <utility>

#include "common/terminal/text.hpp"

namespace nn {

namespace {

// Seconds between two drawings.
constexpr double kInterval = 0.1;

// The last column stays free: some terminals wrap as soon as it is filled.
std::size_t usable_width(const Terminal& terminal) {
  return std::max<std::size_t>(terminal.width, 2) - 1;
}

// At most so many columns of the text. A colour sequence takes none and is
// kept, so that what is switched on is also switched off.
std::string fitted(std::string_view text, std::size_t width) {
  std::string kept;
  while (!text.empty()) {
    const std::size_t plain = std::min(text.find('\x1b'), text.size());
    const std::string shown =
        fmt::format("{:.{}}", text.substr(0, plain), width);
    width -= std::min(width, display_width(shown));
    text.remove_prefix(plain);
    const std::size_t sequence =
        text.empty() ? 0 : std::min(text.find('m'), text.size() - 1) + 1;
    kept.append(shown).append(text.substr(0, sequence));
    text.remove_prefix(sequence);
  }
  return kept;
}

}  // namespace

std::string drawn_bar(const Terminal& terminal, std::size_t done,
                      std::size_t total, std::size_t width) {
  const std::size_t filled =
      total == 0 ? 0 : std::min(done, total) * width / total;
  return terminal.utf8
             ? fmt::format("{:█<{}}{:░<{}}", "", filled, "", width - filled)
             : fmt::format("{:#<{}}{:.<{}}", "", filled, "", width - filled);
}

// ---- LiveLines -------------------------------------------------------------

LiveLines::LiveLines(std::ostream& out, const Terminal& terminal,
                     std::size_t count, bool quiet, Clock clock)
    : out_(out),
      terminal_(terminal),
      drawing_(terminal.interactive && !quiet),
      clock_(std::move(clock)),
      lines_(count) {}

LiveLines::~LiveLines() {
  try {
    clear();
  } catch (...) {
    // The stream is gone; a destructor must not throw while another
    // exception is on its way.
  }
}

void LiveLines::set(std::size_t line, std::string text) {
  const std::lock_guard lock(mutex_);
  lines_.at(line) = std::move(text);
  if (is_due_locked()) draw();
}

bool LiveLines::is_due() {
  const std::lock_guard lock(mutex_);
  return is_due_locked();
}

bool LiveLines::is_due_locked() const {
  return drawing_ && clock_() - drawn_ >= kInterval;
}

void LiveLines::clear() {
  const std::lock_guard lock(mutex_);
  drawn_ = -std::numeric_limits<double>::infinity();
  if (standing_ > 0) out_ << erasure() << std::flush;
}

// The cursor stands at the start of the line below the last one. A program
// that dies here leaves a whole picture, and the shell's prompt below it.
void LiveLines::draw() {
  // One write for a whole frame: a frame in pieces would flicker.
  std::string frame = erasure();
  standing_ =
      std::min(lines_.size(), std::max<std::size_t>(terminal_.height, 2) - 1);
  for (std::size_t i = 0; i < standing_; ++i) {
    frame += fitted(lines_[i], usable_width(terminal_)) + "\n";
  }
  drawn_ = clock_();
  out_ << frame << std::flush;
}

// Up to the first line, and clear from there (ECMA-48: CUU, ED).
std::string LiveLines::erasure() {
  const std::size_t lines = std::exchange(standing_, 0);
  return lines == 0 ? "" : fmt::format("\x1b[{}A\r\x1b[J", lines);
}

// ---- Progress --------------------------------------------------------------

Progress::Progress(std::ostream& out, const Terminal& terminal, bool quiet,
                   Clock clock)
    : out_(out),
      terminal_(terminal),
      quiet_(quiet),
      clock_(clock),
      live_(out, terminal, 1, quiet, clock) {}

void Progress::start(const std::string& label, std::size_t total,
                     const std::string& unit) {
  label_ = label;
  unit_ = unit;
  total_ = total;
  started_ = clock_();
  update(0);
}

void Progress::update(std::size_t done) {
  if (live_.is_due()) live_.set(0, line(done));
}

void Progress::finish() {
  live_.clear();
}

void Progress::finish(const std::string& line) {
  finish();
  if (!quiet_) out_ << line << '\n' << std::flush;
}

// epoch 3/10  ███░░░░░  38%   251,144 images/s  0.2 s left
std::string Progress::line(std::size_t done) const {
  const double share =
      std::min(1.0, static_cast<double>(done) / static_cast<double>(total_));
  const std::string right =
      fmt::format("  {:>4}{}", percent(share, 0), figures(done));
  const std::size_t taken = display_width(label_ + "  " + right);
  const std::size_t width = usable_width(terminal_);
  if (width < taken + 4) return label_ + right;
  const std::string bar = drawn_bar(terminal_, done, total_,
                                    std::min<std::size_t>(width - taken, 30));
  return fmt::format("{}  {}{}", label_, bar, right);
}

// The rate, and the time left at that rate. Padded, or the bar would jump.
std::string Progress::figures(std::size_t done) const {
  const double seconds = clock_() - started_;
  if (done == 0 || seconds <= 0) return std::string(unit_.size() + 27, ' ');
  const double rate = static_cast<double>(done) / seconds;
  const double left =
      static_cast<double>(total_ - std::min(done, total_)) / rate;
  return fmt::format(
      "  {:>9} {}/s  {:>6} left", thousands(static_cast<std::size_t>(rate)),
      unit_, left < 59.95 ? fmt::format("{:.1f} s", left) : duration(left));
}

}  // namespace nn
