#include "sim/run/efficiency.h"

#include <algorithm>
#include <bit>
#include <map>

namespace capmarket::run {
namespace {

/// Quantities by rank of price, best first: adds, removes and takes the best in O(log n).
class Ranking {
 public:
  explicit Ranking(std::vector<std::int64_t> prices) : prices_(std::move(prices)) {
    quantity_.assign(prices_.size() + 1, 0);
    value_.assign(prices_.size() + 1, 0);
  }

  void add(std::size_t rank, std::int64_t quantity) {
    Int128 value = static_cast<Int128>(prices_[rank]) * quantity;
    for (std::size_t i = rank + 1; i < quantity_.size(); i += i & -i) {
      quantity_[i] += quantity;
      value_[i] += value;
    }
  }

  /// Price times quantity of the best `capacity` units.
  Int128 best(Int128 capacity) const {
    std::size_t at = 0;
    Int128 left = capacity;
    Int128 value = 0;
    for (std::size_t step = std::bit_floor(quantity_.size()); step > 0; step /= 2)
      if (at + step < quantity_.size() && quantity_[at + step] <= left) {
        at += step;
        left -= quantity_[at];
        value += value_[at];
      }
    if (at < prices_.size()) value += left * prices_[at];  // a part of the next one
    return value;
  }

  Int128 total() const {
    Int128 sum = 0;
    for (std::size_t i = quantity_.size() - 1; i > 0; i -= i & -i) sum += quantity_[i];
    return sum;
  }

 private:
  std::vector<std::int64_t> prices_;      // by rank, descending
  std::vector<Int128> quantity_, value_;  // Fenwick trees
};

/// What changes at an instant: declared capacity, or a request of some rank.
struct Change {
  Instant at;
  std::int64_t capacity = 0;
  std::size_t rank = 0;
  std::int64_t quantity = 0;
};

struct ClassMarket {
  std::vector<const chain::RequestRecord*> requests;
  std::vector<const chain::DeclarationRecord*> declarations;
};

bool add_checked(Int128& sum, Int128 factor, Int128 length) {
  Int128 product = 0;
  return !__builtin_mul_overflow(factor, length, &product) &&
         !__builtin_add_overflow(sum, product, &sum);
}

std::optional<Int128> bound_of(ClassMarket& m) {
  std::stable_sort(m.requests.begin(), m.requests.end(), [](const auto* a, const auto* b) {
    return a->request.max_price > b->request.max_price;
  });
  std::vector<std::int64_t> prices;
  std::vector<Change> changes;
  for (std::size_t rank = 0; rank < m.requests.size(); ++rank) {
    const objects::Request& q = m.requests[rank]->request;
    prices.push_back(q.max_price.value);
    changes.push_back({q.window.from, 0, rank, q.quantity.value});
    changes.push_back({q.window.until, 0, rank, -q.quantity.value});
  }
  for (const chain::DeclarationRecord* d : m.declarations) {
    changes.push_back({d->declared.window.from, d->declared.quantity.value, 0, 0});
    changes.push_back({d->declared.window.until, -d->declared.quantity.value, 0, 0});
    Quantity before;
    for (const auto& [t, gone] : d->retracted.steps()) {
      changes.push_back({t, before.value - gone.value, 0, 0});
      before = gone;
    }
  }
  std::stable_sort(changes.begin(), changes.end(),
                   [](const Change& a, const Change& b) { return a.at < b.at; });
  Ranking ranking(std::move(prices));
  Int128 capacity = 0;
  Int128 bound = 0;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    capacity += changes[i].capacity;
    if (changes[i].quantity != 0) ranking.add(changes[i].rank, changes[i].quantity);
    if (i + 1 == changes.size() || changes[i + 1].at == changes[i].at) continue;
    Int128 most = std::min(capacity, ranking.total());
    if (!add_checked(bound, ranking.best(most), (changes[i + 1].at - changes[i].at).value))
      return std::nullopt;
  }
  return bound;
}

}  // namespace

std::optional<Efficiency> efficiency_of(const chain::ChainState& state) {
  std::map<std::string, ClassMarket> classes;
  Efficiency out;
  for (const chain::RequestRecord& r : state.requests) {
    classes[r.request.class_name].requests.push_back(&r);
    if (!add_checked(out.granted, r.request.max_price.value,
                     r.live.integral(r.request.window).value))
      return std::nullopt;
  }
  for (const chain::DeclarationRecord& d : state.declarations)
    classes[d.declared.class_name].declarations.push_back(&d);
  for (auto& [name, market] : classes) {
    auto bound = bound_of(market);
    if (!bound || !add_checked(out.bound, *bound, 1)) return std::nullopt;
  }
  return out;
}

}  // namespace capmarket::run
