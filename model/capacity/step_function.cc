#include "model/capacity/step_function.h"

#include <algorithm>

namespace capmarket {
namespace {

std::uint64_t mix(
    std::int64_t time) {  // splitmix64 finaliser: a fixed priority for each breakpoint
  auto x = static_cast<std::uint64_t>(time) + 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

}  // namespace

void StepFunction::pull(std::int32_t n) {
  Node& node = nodes_[n];
  std::int64_t before = node.left < 0 ? 0 : nodes_[node.left].sum;
  std::int64_t best = before + node.delta;
  if (node.left >= 0) best = std::max(best, nodes_[node.left].best);
  if (node.right >= 0) best = std::max(best, before + node.delta + nodes_[node.right].best);
  node.best = best;
  node.sum = before + node.delta + (node.right < 0 ? 0 : nodes_[node.right].sum);
}

void StepFunction::split(std::int32_t n, std::int64_t time, std::int32_t& left,
                         std::int32_t& right) {
  if (n < 0) {
    left = right = -1;
    return;
  }
  if (nodes_[n].time < time) {
    std::int32_t rest = -1;
    split(nodes_[n].right, time, rest, right);
    nodes_[n].right = rest;
    left = n;
  } else {
    std::int32_t rest = -1;
    split(nodes_[n].left, time, left, rest);
    nodes_[n].left = rest;
    right = n;
  }
  pull(n);
}

std::int32_t StepFunction::merge(std::int32_t a, std::int32_t b) {
  if (a < 0) return b;
  if (b < 0) return a;
  if (nodes_[a].priority > nodes_[b].priority) {
    std::int32_t m = merge(nodes_[a].right, b);
    nodes_[a].right = m;
    pull(a);
    return a;
  }
  std::int32_t m = merge(a, nodes_[b].left);
  nodes_[b].left = m;
  pull(b);
  return b;
}

std::int32_t StepFunction::find(std::int64_t time) const {
  std::int32_t n = root_;
  while (n >= 0 && nodes_[n].time != time)
    n = time < nodes_[n].time ? nodes_[n].left : nodes_[n].right;
  return n;
}

void StepFunction::fix_path(std::int64_t time) {
  std::int32_t path[512];  // a treap of 2^31 nodes is never this deep under hashed priorities
  int depth = 0;
  for (std::int32_t n = root_; n >= 0;) {
    CHECK(depth < 512);
    path[depth++] = n;
    if (nodes_[n].time == time) break;
    n = time < nodes_[n].time ? nodes_[n].left : nodes_[n].right;
  }
  while (depth > 0) pull(path[--depth]);
}

void StepFunction::change(std::int64_t time, std::int64_t delta) {
  std::int32_t n = find(time);
  if (n >= 0 && nodes_[n].delta + delta != 0) {
    nodes_[n].delta += delta;
    fix_path(time);
    return;
  }
  std::int32_t left = -1, middle = -1, right = -1;
  split(root_, time, left, middle);
  if (n >= 0) {  // the breakpoint disappears
    split(middle, time + 1, middle, right);
    free_.push_back(middle);
    --live_;
    root_ = merge(left, right);
    return;
  }
  if (free_.empty()) {
    n = static_cast<std::int32_t>(nodes_.size());
    nodes_.emplace_back();
  } else {
    n = free_.back();
    free_.pop_back();
  }
  nodes_[n] = {time, delta, 0, 0, mix(time), -1, -1};
  pull(n);
  ++live_;
  root_ = merge(merge(left, n), middle);
}

void StepFunction::add(const Window& window, Quantity quantity) {
  if (window.empty() || quantity.value == 0) return;
  change(window.from.value, quantity.value);
  change(window.until.value, -quantity.value);
}

Quantity StepFunction::value(Instant t) const {
  std::int64_t sum = 0;
  for (std::int32_t n = root_; n >= 0;) {
    if (nodes_[n].time <= t.value) {
      sum += nodes_[n].delta + (nodes_[n].left < 0 ? 0 : nodes_[nodes_[n].left].sum);
      n = nodes_[n].right;
    } else {
      n = nodes_[n].left;
    }
  }
  return Quantity(sum);
}

Quantity StepFunction::max(const Window& window) const {
  CHECK(!window.empty(), window.from.value, window.until.value);
  // The value at the start, then the greatest prefix that ends at a breakpoint in (from, until).
  std::int64_t best = value(window.from).value;
  std::int64_t lo = window.from.value, hi = window.until.value;
  // Descend to the node that separates the two ends, then along each end.
  std::int64_t base = 0;
  std::int32_t n = root_;
  auto left_sum = [&](std::int32_t m) {
    return nodes_[m].left < 0 ? 0 : nodes_[nodes_[m].left].sum;
  };
  while (n >= 0 && (nodes_[n].time <= lo || nodes_[n].time >= hi)) {
    if (nodes_[n].time <= lo) {
      base += left_sum(n) + nodes_[n].delta;
      n = nodes_[n].right;
    } else {
      n = nodes_[n].left;
    }
  }
  if (n < 0) return Quantity(best);
  std::int64_t inside = base + left_sum(n) + nodes_[n].delta;
  best = std::max(best, inside);
  std::int64_t at = base;
  for (std::int32_t m = nodes_[n].left; m >= 0;) {  // breakpoints > lo
    if (nodes_[m].time <= lo) {
      at += left_sum(m) + nodes_[m].delta;
      m = nodes_[m].right;
      continue;
    }
    std::int64_t here = at + left_sum(m) + nodes_[m].delta;
    best = std::max(best, here);
    if (nodes_[m].right >= 0) best = std::max(best, here + nodes_[nodes_[m].right].best);
    m = nodes_[m].left;
  }
  at = inside;
  for (std::int32_t m = nodes_[n].right; m >= 0;) {  // breakpoints < hi
    if (nodes_[m].time >= hi) {
      m = nodes_[m].left;
      continue;
    }
    std::int64_t here = at + left_sum(m) + nodes_[m].delta;
    best = std::max(best, here);
    if (nodes_[m].left >= 0) best = std::max(best, at + nodes_[nodes_[m].left].best);
    at = here;
    m = nodes_[m].right;
  }
  return Quantity(best);
}

std::vector<std::pair<Instant, Quantity>> StepFunction::steps() const {
  std::vector<std::pair<Instant, Quantity>> out;
  std::vector<std::int32_t> open;
  std::int64_t sum = 0;
  for (std::int32_t n = root_; n >= 0 || !open.empty();) {
    for (; n >= 0; n = nodes_[n].left) open.push_back(n);
    n = open.back();
    open.pop_back();
    sum += nodes_[n].delta;
    out.emplace_back(Instant(nodes_[n].time), Quantity(sum));
    n = nodes_[n].right;
  }
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

}  // namespace capmarket
