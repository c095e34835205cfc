#include "04_work_balancing/lesson.hpp"

#include <iostream>

#include "03_training/evaluation.hpp"
#include "04_work_balancing/live_models.hpp"

namespace nn {

void load_and_cut(Lesson& lesson) {
  lesson.data = load_data(data_options(lesson.settings));
  lesson.shards =
      cut_into_shards(lesson.data.train, shard_options(lesson.settings));
  lesson.order = submission_order(lesson.shards, ShardOrder::shuffled);
}

namespace {

EnsembleRun train(const Lesson& lesson, Executor& executor, Starts starts,
                  const EpochHook& hook) {
  return train_from_inside(executor, *lesson.engine, lesson.shards,
                           lesson.order,
                           ensemble_options(lesson.settings, starts), hook);
}

// [ALONE]
// One network on all images, as one task beside the others. It counts as the
// model after the last.
Future<Network> train_alone(const Lesson& lesson, Executor& executor,
                            const EpochHook& hook) {
  auto options = ensemble_options(lesson.settings, Starts::different);
  options.epochs = static_cast<std::size_t>(lesson.settings.alone_epochs);
  return executor.submit([&lesson, options, hook] {
    return train_model(*lesson.engine, lesson.data.train, lesson.shards.size(),
                       options, hook);
  });
}
// [/ALONE]

struct Others {
  EnsembleRun same;
  Network alone;
};

Others train_others(const Lesson& lesson, Executor& executor) {
  LiveModels live(std::cout, lesson.terminal, executor, "one start",
                  lesson.settings);
  Future<Network> alone = train_alone(lesson, executor, live.hook());
  try {
    EnsembleRun same = train(lesson, executor, Starts::same, live.hook());
    return {std::move(same), alone.get()};
  } catch (...) {
    if (alone.valid()) alone.wait();  // it still calls the hook
    throw;
  }
}

}  // namespace

EnsembleRun train_and_show(const Lesson& lesson, Executor& executor,
                           const std::string& title) {
  LiveModels live(std::cout, lesson.terminal, executor, title, lesson.settings);
  return train(lesson, executor, Starts::different, live.hook());
}

AllCombinations combine_and_show(const Lesson& lesson, Executor& executor,
                                 const EnsembleRun& different) {
  const Others others = train_others(lesson, executor);
  const Engine& engine = *lesson.engine;
  const Dataset& test = lesson.data.test;
  const auto all_of = [&](const EnsembleRun& run) {
    return combine(executor, engine, run.networks, lesson.shards, test);
  };
  return {all_of(different), all_of(others.same),
          accuracy(predict(engine, others.alone, test.images), test.labels)};
}

}  // namespace nn
