#include "model/capacity/step_function.h"

#include <algorithm>

namespace capmarket::capacity {
namespace {

constexpr std::size_t kSlotsMax = 64;
constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min() / 2;
constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();

/// The last slot at or before `time`; the first where there is none.
template <class Node>
std::size_t position(const Node& node, std::int64_t time) {
  auto after = std::upper_bound(node.begin(), node.end(), time,
                                [](std::int64_t t, const auto& slot) { return t < slot.time; });
  return after == node.begin() ? 0 : static_cast<std::size_t>(after - node.begin()) - 1;
}

}  // namespace

std::int32_t StepFunction::new_node() {
  if (free_.empty()) {
    nodes_.emplace_back();
    return static_cast<std::int32_t>(nodes_.size()) - 1;
  }
  std::int32_t out = free_.back();
  free_.pop_back();
  nodes_[out].clear();
  return out;
}

StepFunction::ChildSlot StepFunction::slot_of(std::int32_t node) const {
  ChildSlot out{nodes_[node].front().time, 0, kLowest, node};
  for (const ChildSlot& s : nodes_[node]) {
    out.best = std::max(out.best, out.sum + s.best);
    out.sum += s.sum;
  }
  return out;
}

/// Moves the upper half of an overfull node into a new one.
std::int32_t StepFunction::split(std::int32_t node) {
  std::int32_t upper = new_node();
  Node& from = nodes_[node];
  auto middle = from.begin() + static_cast<std::ptrdiff_t>(from.size() / 2);
  nodes_[upper].assign(middle, from.end());
  from.erase(middle, from.end());
  return upper;
}

/// The new right neighbour of `node` where it had to be split, else -1. May leave it empty.
std::int32_t StepFunction::change_below(std::int32_t node, std::int64_t time, std::int64_t delta) {
  std::size_t i = position(nodes_[node], time);
  if (std::int32_t child = nodes_[node][i].child; child >= 0) {
    std::int32_t upper = change_below(child, time, delta);
    Node& slots = nodes_[node];
    if (nodes_[child].empty()) {
      free_.push_back(child);
      slots.erase(slots.begin() + static_cast<std::ptrdiff_t>(i));
      return -1;
    }
    slots[i] = slot_of(child);
    if (upper >= 0)
      slots.insert(slots.begin() + static_cast<std::ptrdiff_t>(i) + 1, slot_of(upper));
  } else {
    Node& slots = nodes_[node];
    auto at = slots.begin() + static_cast<std::ptrdiff_t>(i);
    if (at->time == time) {
      at->sum += delta;
      at->best = at->sum;
      if (at->sum == 0) {
        slots.erase(at);
        --live_;
      }
      return -1;
    }
    slots.insert(at->time < time ? at + 1 : at, ChildSlot{time, delta, delta, -1});
    ++live_;
  }
  return nodes_[node].size() > kSlotsMax ? split(node) : -1;
}

void StepFunction::change(std::int64_t time, std::int64_t delta) {
  if (root_ < 0) {
    root_ = new_node();
    nodes_[root_].push_back({time, delta, delta, -1});
    ++live_;
    return;
  }
  std::int32_t upper = change_below(root_, time, delta);
  if (upper >= 0) {
    std::int32_t above = new_node();
    ChildSlot left = slot_of(root_);
    ChildSlot right = slot_of(upper);
    nodes_[above] = {left, right};
    root_ = above;
    return;
  }
  while (root_ >= 0 && nodes_[root_].size() == 1 && nodes_[root_].front().child >= 0) {
    free_.push_back(root_);
    root_ = nodes_[root_].front().child;
  }
  if (nodes_[root_].empty()) {
    free_.push_back(root_);
    root_ = -1;
  }
}

void StepFunction::add(const Window& window, Quantity quantity) {
  if (window.empty() || quantity.value == 0) return;
  change(window.from.value, quantity.value);
  change(window.until.value, -quantity.value);
}

Quantity StepFunction::value(Instant t) const {
  std::int64_t sum = 0;
  for (std::int32_t n = root_; n >= 0;) {
    const Node& slots = nodes_[n];
    if (slots.front().time > t.value) break;
    std::size_t i = position(slots, t.value);
    for (std::size_t k = 0; k < i; ++k) sum += slots[k].sum;
    if (slots[i].child < 0) sum += slots[i].sum;
    n = slots[i].child;
  }
  return Quantity(sum);
}

/// Greatest prefix sum that ends at a breakpoint strictly inside the window; `before` is the sum
/// left of the node, `end` an instant after all its breakpoints. At most two children a level are
/// entered.
std::int64_t StepFunction::best_inside(std::int32_t node, std::int64_t before, std::int64_t end,
                                       const Window& window) const {
  const Node& slots = nodes_[node];
  std::int64_t best = kLowest;
  for (std::size_t i = 0; i < slots.size() && slots[i].time < window.until.value; ++i) {
    const ChildSlot& s = slots[i];
    std::int64_t next = s.child < 0 ? s.time + 1 : i + 1 < slots.size() ? slots[i + 1].time : end;
    if (s.time > window.from.value && next <= window.until.value)
      best = std::max(best, before + s.best);
    else if (s.child >= 0 && next > window.from.value)
      best = std::max(best, best_inside(s.child, before, next, window));
    before += s.sum;
  }
  return best;
}

Quantity StepFunction::max(const Window& window) const {
  CHECK(!window.empty(), window.from.value, window.until.value);
  std::int64_t at_start = value(window.from).value;
  if (root_ < 0) return Quantity(at_start);
  return Quantity(std::max(at_start, best_inside(root_, 0, kForever, window)));
}

void StepFunction::append_steps(std::int32_t node, std::int64_t& sum,
                                std::vector<std::pair<Instant, Quantity>>& out) const {
  for (const ChildSlot& s : nodes_[node]) {
    if (s.child >= 0) {
      append_steps(s.child, sum, out);
    } else {
      sum += s.sum;
      out.emplace_back(Instant(s.time), Quantity(sum));
    }
  }
}

std::vector<std::pair<Instant, Quantity>> StepFunction::steps() const {
  std::vector<std::pair<Instant, Quantity>> out;
  std::int64_t sum = 0;
  if (root_ >= 0) append_steps(root_, sum, out);
  return out;
}

Volume StepFunction::integral(const Window& window) const {
  Volume total;
  if (window.empty()) return total;
  Instant at = window.from;
  Quantity level = value(window.from);
  for (const auto& [t, q] : steps()) {
    if (t <= window.from) continue;
    Instant end = std::min(t, window.until);
    if (end > at) total += volume_of(level, end - at);
    if (t >= window.until) return total;
    at = t;
    level = q;
  }
  total += volume_of(level, window.until - at);
  return total;
}

}  // namespace capmarket::capacity
