#include "sim/run/optimum.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>

#include "sim/run/class_worth.h"
#include "sim/run/transport.h"

namespace capmarket::run {
namespace {

constexpr std::array<std::pair<OptimumMethod, std::string_view>, 3> kMethods = {
    {{OptimumMethod::bound, "bound"},
     {OptimumMethod::flow, "flow"},
     {OptimumMethod::none, "none"}}};

/// Quantities and their money on one level of prices.
struct Level {
  Int128 supply = 0, cost = 0, demand = 0, value = 0;
  Level& operator+=(const Level& b) {
    supply += b.supply, cost += b.cost, demand += b.demand, value += b.value;
    return *this;
  }
};

/// Wishes and supplies of an instant by price: changes, and the most that they are worth if
/// everybody reaches all, in O(log n).
class PriceLadder {
 public:
  explicit PriceLadder(const ClassWorth& of) {
    for (const Wish* w : of.wishes) prices_.push_back(w->value.value);
    for (const Supply* s : of.supplies) prices_.push_back(s->cost.value);
    std::sort(prices_.begin(), prices_.end());
    prices_.erase(std::unique(prices_.begin(), prices_.end()), prices_.end());
    sums_.resize(prices_.size() + 1);
  }

  void change(const WorthChange& c) {
    const std::int64_t price = c.wish != nullptr ? c.wish->value.value : c.supply->cost.value;
    const Int128 money = static_cast<Int128>(price) * c.quantity;
    const Level by =
        c.wish != nullptr ? Level{0, 0, c.quantity, money} : Level{c.quantity, money, 0, 0};
    auto rank = std::lower_bound(prices_.begin(), prices_.end(), price) - prices_.begin();
    for (auto i = static_cast<std::size_t>(rank) + 1; i < sums_.size(); i += i & -i) sums_[i] += by;
    all_ += by;
  }

  /// At each price p what is worth serving is at most what the wishes above it are worth beyond it
  /// and the supplies below it cost less than it; at the first price at which no more is wanted
  /// than is offered that is reached. p x (supply - demand) + value - cost of these.
  Int128 best() const {
    if (all_.demand == 0) return 0;
    std::size_t at = 0;
    Level below;
    for (std::size_t step = std::bit_floor(sums_.size()); step > 0; step /= 2) {
      if (at + step >= sums_.size()) continue;
      Level next = below;
      next += sums_[at + step];
      if (next.supply >= all_.demand - next.demand) continue;
      at += step;
      below = next;
    }
    const Int128 above = all_.demand - below.demand;
    return (below.supply - above) * prices_[at] + (all_.value - below.value) - below.cost;
  }

 private:
  std::vector<std::int64_t> prices_;  // ascending
  std::vector<Level> sums_;           // Fenwick tree
  Level all_;
};

/// The same of those who do not reach everything. Solved again only where something else is wanted
/// or offered than when it was asked last.
class Reached {
 public:
  explicit Reached(const std::vector<std::vector<std::size_t>>& reaches) : reaches_(&reaches) {}

  void change(const WorthChange& c) {
    if (c.wish != nullptr)
      add(wanted_, {c.wish->reach, c.wish->value}, c.quantity);
    else
      add(offered_, {c.supply->place, c.supply->cost}, c.quantity);
  }

  Int128 best() {
    std::vector<Wanted> wanted;
    std::vector<Offered> offered;
    for (const auto& [of, quantity] : wanted_)
      wanted.push_back({of.first, of.second, static_cast<std::int64_t>(quantity)});
    for (const auto& [of, quantity] : offered_)
      offered.push_back(
          {of.first, of.second, static_cast<std::int64_t>(std::min<Int128>(quantity, kWireMax))});
    if (wanted != last_wanted_ || offered != last_offered_) {
      last_ = best_transport(wanted, offered, *reaches_);
      last_wanted_ = std::move(wanted);
      last_offered_ = std::move(offered);
    }
    return last_;
  }

 private:
  using Amounts = std::map<std::pair<std::size_t, Money>, Int128>;  // none of zero
  static void add(Amounts& to, const std::pair<std::size_t, Money>& of, std::int64_t quantity) {
    if ((to[of] += quantity) == 0) to.erase(of);
  }

  const std::vector<std::vector<std::size_t>>* reaches_;
  Amounts wanted_, offered_;
  std::vector<Wanted> last_wanted_;
  std::vector<Offered> last_offered_;
  Int128 last_ = 0;
};

/// The sum of the best of each instant; empty where it was stopped.
template <class Market>
std::optional<Int128> over_time(Market market, const std::vector<WorthChange>& changes,
                                const std::atomic<bool>* stop) {
  Int128 sum = 0;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    market.change(changes[i]);
    if (i + 1 == changes.size() || changes[i + 1].at == changes[i].at) continue;
    if (stop != nullptr && stop->load()) return std::nullopt;
    sum += market.best() * (changes[i + 1].at - changes[i].at).value;
  }
  return sum;
}

Int128 size_of(std::int64_t v) { return v < 0 ? -static_cast<Int128>(v) : Int128{v}; }

/// No sum leaves 128 bits: each is at most four times the largest price x all quantities x time.
bool stays_inside(const std::vector<ClassWorth>& classes, const Window& horizon) {
  Int128 price = 1, quantity = 0;
  for (const ClassWorth& of : classes) {
    for (const Wish* w : of.wishes) {
      price = std::max(price, size_of(w->value.value));
      quantity += w->quantity.value;
    }
    for (const Supply* s : of.supplies) {
      price = std::max(price, size_of(s->cost.value));
      std::int64_t most = 0;
      for (const auto& [t, q] : s->steps) most = std::max(most, q.value);
      quantity += most;
    }
  }
  Int128 product = 0;
  return !__builtin_mul_overflow(price * 4, quantity, &product) &&
         !__builtin_mul_overflow(product, Int128{horizon.length().value}, &product);
}

/// What the flow counts of each class stays inside 62 bits.
bool is_countable(const std::vector<ClassWorth>& classes) {
  return std::all_of(classes.begin(), classes.end(), [](const ClassWorth& of) {
    Int128 wanted = 0;
    for (const Wish* w : of.wishes) wanted += w->quantity.value;
    return wanted <= kWireMax;
  });
}

}  // namespace

std::string_view to_text(OptimumMethod method) {
  return kMethods[static_cast<std::size_t>(method)].second;
}

std::optional<OptimumMethod> parse_optimum_method(std::string_view text) {
  for (const auto& [method, name] : kMethods)
    if (name == text) return method;
  return std::nullopt;
}

std::optional<Optimum> optimum_of(const Worth& worth, OptimumMethod method,
                                  const std::atomic<bool>* stop) {
  if (method == OptimumMethod::none) return std::nullopt;
  const std::vector<ClassWorth> classes = classes_of(worth);
  const bool flow = method == OptimumMethod::flow;
  if (!stays_inside(classes, worth.horizon) || (flow && !is_countable(classes)))
    return std::nullopt;
  Optimum out{0, flow, method};
  for (const ClassWorth& of : classes) {
    const std::vector<WorthChange> changes = changes_of(of, worth.horizon);
    const auto best = flow ? over_time(Reached(worth.reaches), changes, stop)
                           : over_time(PriceLadder(of), changes, nullptr);
    if (!best) return optimum_of(worth, OptimumMethod::bound);
    out.welfare += *best;
    out.exact = out.exact && splits_freely(of, changes);
  }
  return out;
}

}  // namespace capmarket::run
