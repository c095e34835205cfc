/// @file
/// What an answer may ask of the kernel.
#pragma once

namespace nn::probe {

/// From here on this process may compute, start threads and write to standard
/// output, standard error and the file `report`; it may open no file and start
/// no process, whatever code runs in it. Nothing takes that back. Returns
/// false where the kernel knows no such filter: it is one of Linux, for x86-64
/// and ARM64.
///
/// It is a second fence: the first is the sandbox around the process, and no
/// answer is taken that names such functions.
bool confine(int report);

/// The same if these are the arguments of a program that is to be confined: a
/// name and the number of the file. To be called before static objects are
/// made, as those of an answer may be among them.
void confine_first(int argc, char** argv);

}  // namespace nn::probe
