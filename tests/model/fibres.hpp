/// @file
/// Where the explorer can run.
#pragma once

// The explorer switches stacks, which the sanitizers do not follow. The stress
// tests are for them.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define NN_NO_FIBRES 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define NN_NO_FIBRES 1
#endif
#endif

#if defined(NN_NO_FIBRES)
#define NN_NEEDS_FIBRES() \
  GTEST_SKIP() << "the explorer does not run under a sanitizer"
#else
#define NN_NEEDS_FIBRES() static_cast<void>(0)
#endif
