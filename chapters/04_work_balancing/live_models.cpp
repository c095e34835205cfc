#include "04_work_balancing/live_models.hpp"

#include <ostream>

#include "common/text.hpp"

namespace nn {

namespace {

constexpr std::size_t kTitleWidth = 18;
constexpr std::size_t kBarWidth = 14;

std::string count(std::size_t done, std::size_t total) {
  const std::string all = std::to_string(total);
  return pad_left(std::to_string(done), all.size()) + " of " + all;
}

}  // namespace

LiveModels::LiveModels(std::ostream& out, const Terminal& terminal,
                       const Executor& executor, const std::string& title,
                       const EnsembleSettings& settings)
    : terminal_(terminal),
      executor_(executor),
      title_(title),
      models_(static_cast<std::size_t>(settings.models)),
      epochs_(static_cast<std::size_t>(settings.common.epochs)),
      alone_epochs_(static_cast<std::size_t>(settings.alone_epochs)),
      lines_(out, terminal, executor.thread_count() + 1,
             settings.common.quiet) {
  out.flush();   // what stands above is worth reading meanwhile, in a pipe too
  show_total();  // first: the first line that is set is drawn at once
  for (std::size_t i = 0; i < executor.thread_count(); ++i) {
    lines_.set(i + 1, "worker " + std::to_string(i));
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
             pad_right("worker " + std::to_string(worker), kTitleWidth) +
                 bar(epoch, epochs) + "  " + name + "  epoch " +
                 count(epoch, epochs) + "  loss " + fixed(loss, 4));
  // Relaxed: the number goes on the screen and orders nothing.
  if (epoch == epochs && !is_alone) {
    models_done_.fetch_add(1, std::memory_order_relaxed);
  }
  show_total();
}

void LiveModels::show_total() {
  const std::size_t done = models_done_.load(std::memory_order_relaxed);
  lines_.set(0, pad_right(title_, kTitleWidth) + bar(done, models_) + "  " +
                    count(done, models_) + " models");
}

std::string LiveModels::bar(std::size_t done, std::size_t total) const {
  const std::size_t filled = total == 0 ? 0 : done * kBarWidth / total;
  std::string blocks;
  for (std::size_t i = 0; i < kBarWidth; ++i) {
    const bool full = i < filled;
    blocks += terminal_.utf8 ? (full ? "█" : "░") : (full ? "#" : ".");
  }
  return styled(terminal_, Style::cyan, blocks);
}

}  // namespace nn
