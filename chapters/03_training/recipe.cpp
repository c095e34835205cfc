#include "03_training/recipe.hpp"

#include <array>

#include "common/error.hpp"

namespace nn {

// [RECIPES]
std::span<const Recipe> recipes() {
  static const std::array<Recipe, 3> all = {{
      {.name = "default",
       .description =
           "one hidden layer of 128, small batches: 97.5% in seconds",
       .hidden = {128}},
      {.name = "writeup",
       .description = "as this project began: every image in every step, 80%",
       .hidden = {128},
       .initialisation = Initialisation::uniform,
       .epochs = 100,
       .training = {.batch = 60'000}},
      {.name = "best",
       .description = "a wide hidden layer and many small steps: above 98.3%",
       .hidden = {1024},
       .epochs = 20,
       .training = {.batch = 16, .rate = 0.2}},
  }};
  return all;
}
// [/RECIPES]

const Recipe& recipe_named(std::string_view name) {
  for (const Recipe& recipe : recipes()) {
    if (recipe.name == name) return recipe;
  }
  throw InputError("there is no recipe '" + std::string(name) + "'");
}

// [INITIAL]
Network initial_network(Initialisation initialisation, std::size_t inputs,
                        const Widths& hidden, Rng& rng) {
  const Widths widths = widths_from(inputs, hidden, kClasses);
  return initialisation == Initialisation::he ? he_network(widths, rng)
                                              : uniform_network(widths, rng);
}
// [/INITIAL]

}  // namespace nn
