// Writes the file that the lesson's stepper reads: `make stepper`.
#include <exception>
#include <iostream>

#include "common/files/atomic_file.hpp"
#include "stepper/stepper.hpp"

int main() try {
  const std::string text = nn::model::stepper_json();
  nn::AtomicFile file(nn::model::kStepperFile);
  file.write(text);
  file.commit();
  std::cout << nn::model::kStepperFile << ": " << text.size() << " bytes\n";
} catch (const std::exception& error) {
  std::cerr << "stepper: " << error.what() << '\n';
  return 1;
}
