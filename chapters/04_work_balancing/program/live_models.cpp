#include "04_work_balancing/program/live_models.hpp"

#include <fmt/format.h>

#include <ostream>

namespace nn {

namespace {

constexpr std::size_t kTitleWidth = 18;
constexpr std::size_t kBarWidth = 14;

// " 7 of 20"
std::string count(std::size_t done, std::size_t total) {
  return fmt::format("{:>{}} of {}", done, fmt::to_string(total).size(), total);
}

}  // namespace

LiveModels::LiveModels(std::ostream& out, const Terminal& terminal,
                       const Executor& executor, const std::string& title,
                       const EnsembleSettings& settings)
    : terminal_(terminal),
      executor_(executor),
      title_(title),
      models_(settings.models),
      epochs_(settings.common.epochs),
      alone_epochs_(settings.alone_epochs),
      lines_(out, terminal, executor.thread_count() + 1,
             settings.common.quiet) {
  out.flush();   // what stands above is worth reading meanwhile, in a pipe too
  show_total();  // first: the first line that is set is drawn at once
  for (std::size_t i = 0; i < executor.thread_count(); ++i) {
    lines_.set(i + 1, fmt::format("worker {}", i));
  }
}

EpochHook LiveModels::hook() {
  if (!terminal_.interactive) return {};
  return [this](std::size_t model, std::size_t epoch, double loss) {
    show(model, epoch, loss);
  };
}

void LiveModels::show(std::size_t model, std::size_t epoch, double loss) {
  const bool is_alone = model >= models_;
  const std::size_t epochs = is_alone ? alone_epochs_ : epochs_;
  const std::string name =
      is_alone ? "all images" : "model " + count(model, models_ - 1);
  const std::size_t worker = executor_.worker_index();
  lines_.set(worker + 1,
             fmt::format("{:<{}}{}  {}  epoch {}  loss {:.4f}",
                         fmt::format("worker {}", worker), kTitleWidth,
                         bar(epoch, epochs), name, count(epoch, epochs), loss));
  // Relaxed: the number goes on the screen and orders nothing.
  if (epoch == epochs && !is_alone) {
    models_done_.fetch_add(1, std::memory_order_relaxed);
  }
  show_total();
}

void LiveModels::show_total() {
  const std::size_t done = models_done_.load(std::memory_order_relaxed);
  lines_.set(0, fmt::format("{:<{}}{}  {} models", title_, kTitleWidth,
                            bar(done, models_), count(done, models_)));
}

std::string LiveModels::bar(std::size_t done, std::size_t total) const {
  return styled(terminal_, Style::cyan,
                drawn_bar(terminal_, done, total, kBarWidth));
}

}  // namespace nn
