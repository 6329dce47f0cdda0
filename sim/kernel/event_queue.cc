#include "sim/kernel/event_queue.h"

#include <algorithm>

namespace capmarket::kernel {
namespace {
bool later(const SimEvent& a, const SimEvent& b) { return b < a; }
}  // namespace

void EventQueue::push(const SimEvent& event) {
  CHECK(event.time >= now_, event.time.value, now_.value);
  heap_.push_back(event);
  std::push_heap(heap_.begin(), heap_.end(), later);
}

SimEvent EventQueue::pop() {
  CHECK(!heap_.empty());
  std::pop_heap(heap_.begin(), heap_.end(), later);
  SimEvent out = heap_.back();
  heap_.pop_back();
  now_ = out.time;
  return out;
}

}  // namespace capmarket::kernel
