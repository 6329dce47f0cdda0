// SIGINT, SIGTERM and SIGHUP end a run behind an event, not in the middle of one.
#pragma once

#include <atomic>

namespace capmarket::cli {

/// From here on each of the three sets the flag that is given, and ends nothing; SIGHUP where it was
/// not ignored before. Every call gives the same flag.
const std::atomic<bool>& note_interruptions();

}  // namespace capmarket::cli
