#include "sim/run/class_worth.h"

#include <algorithm>
#include <optional>

namespace capmarket::run {
namespace {

Window common(const Window& a, const Window& b) {
  return {std::max(a.from, b.from), std::min(a.until, b.until)};
}

/// It has something at an instant of the horizon.
bool offers_inside(const Supply& s, const Window& horizon) {
  for (std::size_t i = 0; i < s.steps.size(); ++i) {
    const Instant until = i + 1 < s.steps.size() ? s.steps[i + 1].first : kDistantFuture;
    if (s.steps[i].second > Quantity() && horizon.meets({s.steps[i].first, until})) return true;
  }
  return false;
}

Quantity quantity_at(const Supply& s, Instant t) {
  auto after = std::upper_bound(s.steps.begin(), s.steps.end(), t,
                                [](Instant at, const auto& step) { return at < step.first; });
  return after == s.steps.begin() ? Quantity() : std::prev(after)->second;
}

/// The quantity of the wish, at `t`, divides all others.
bool divides_all(const ClassWorth& of, Quantity quantity, Instant t) {
  for (const Wish* other : of.wishes)
    if (other->window.contains(t) && other->quantity.value % quantity.value != 0) return false;
  for (const Supply* s : of.supplies)
    if (quantity_at(*s, t).value % quantity.value != 0) return false;
  return true;
}

void keep_worth_serving(ClassWorth& of) {
  if (of.wishes.empty() || of.supplies.empty()) {
    of = {};
    return;
  }
  const Money dearest =
      (*std::max_element(of.wishes.begin(), of.wishes.end(), [](const Wish* a, const Wish* b) {
        return a->value < b->value;
      }))->value;
  const Money cheapest =
      (*std::min_element(of.supplies.begin(), of.supplies.end(),
                         [](const Supply* a, const Supply* b) { return a->cost < b->cost; }))
          ->cost;
  std::erase_if(of.wishes, [&](const Wish* w) { return w->value <= cheapest; });
  std::erase_if(of.supplies, [&](const Supply* s) { return s->cost >= dearest; });
}

}  // namespace

std::vector<ClassWorth> classes_of(const Worth& worth) {
  std::vector<ClassWorth> out;
  auto of_class = [&](std::size_t index) -> ClassWorth& {
    if (index >= out.size()) out.resize(index + 1);
    return out[index];
  };
  for (const Wish& w : worth.wishes)
    if (w.quantity > Quantity() && !common(w.window, worth.horizon).empty())
      of_class(w.class_index).wishes.push_back(&w);
  for (const Supply& s : worth.supplies)
    if (offers_inside(s, worth.horizon)) of_class(s.class_index).supplies.push_back(&s);
  for (ClassWorth& of : out) keep_worth_serving(of);
  return out;
}

std::vector<WorthChange> changes_of(const ClassWorth& of, const Window& horizon) {
  std::vector<WorthChange> out;
  for (const Wish* w : of.wishes) {
    const Window window = common(w->window, horizon);
    out.push_back({window.from, w, nullptr, w->quantity.value});
    out.push_back({window.until, w, nullptr, -w->quantity.value});
  }
  for (const Supply* s : of.supplies) {
    Quantity before;
    for (const auto& [t, quantity] : s->steps) {
      out.push_back(
          {std::clamp(t, horizon.from, horizon.until), nullptr, s, (quantity - before).value});
      before = quantity;
    }
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const WorthChange& a, const WorthChange& b) { return a.at < b.at; });
  return out;
}

bool splits_freely(const ClassWorth& of, const std::vector<WorthChange>& changes) {
  for (const Supply* s : of.supplies)
    if (s->shared) return false;
  for (const Wish* w : of.wishes) {
    if (w->bundled) return false;
    if (w->partial) continue;
    // Of one that sticks out of the horizon the end, or the start, is no change.
    auto next = std::upper_bound(changes.begin(), changes.end(), w->window.from,
                                 [](Instant t, const WorthChange& c) { return t < c.at; });
    if (next == changes.end() || next->at != w->window.until) return false;
    if (!divides_all(of, w->quantity, w->window.from)) return false;
  }
  return true;
}

}  // namespace capmarket::run
