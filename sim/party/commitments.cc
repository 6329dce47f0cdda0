#include "sim/party/commitments.h"

#include <algorithm>

#include "model/base/check.h"

namespace capmarket::party {
namespace {

bool binds(const Commitment& c, Instant now) { return now < c.until && c.quantity.value > 0; }

}  // namespace

std::uint64_t Commitments::add(Commitment c, Instant now) {
  std::erase_if(all_, [&](const Commitment& old) { return !binds(old, now); });
  c.number = ++made_;
  all_.push_back(std::move(c));
  return made_;
}

const Commitment* Commitments::find(std::uint64_t number, Instant now) const {
  auto it = std::find_if(all_.begin(), all_.end(), [&](const Commitment& c) {
    return c.number == number && binds(c, now);
  });
  return it == all_.end() ? nullptr : &*it;
}

void Commitments::sign(std::uint64_t number, const Window& window, Quantity quantity,
                       const ContentId& settlement, Instant until) {
  auto it = std::find_if(all_.begin(), all_.end(),
                         [&](const Commitment& c) { return c.number == number; });
  CHECK(it != all_.end(), number);
  it->window = window;
  it->quantity = quantity;
  it->settlement = settlement;
  it->until = until;
}

void Commitments::drop(std::uint64_t number) {
  std::erase_if(all_, [&](const Commitment& c) { return c.number == number; });
}

void Commitments::settle(const ContentId& settlement) {
  std::erase_if(all_, [&](const Commitment& c) { return c.settlement == settlement; });
}

bool Commitments::has_signed(const ContentId& settlement, Instant now) const {
  return std::any_of(all_.begin(), all_.end(), [&](const Commitment& c) {
    return c.settlement == settlement && binds(c, now);
  });
}

std::vector<Instant> Commitments::ends(std::uint32_t resource, Instant now) const {
  std::vector<Instant> out;
  for (const Commitment& c : all_)
    if (c.resource == resource && now < c.until) out.push_back(c.window.until);
  return out;
}

Quantity Commitments::committed(std::uint32_t resource, const Window& window, Instant now) const {
  // The most stands where one of them begins, or where the window does.
  Quantity most(0);
  auto at = [&](Instant t) {
    Quantity sum(0);
    for (const Commitment& c : all_)
      if (c.resource == resource && binds(c, now) && c.window.contains(t)) sum += c.quantity;
    most = std::max(most, sum);
  };
  at(window.from);
  for (const Commitment& c : all_)
    if (c.resource == resource && binds(c, now) && window.contains(c.window.from)) at(c.window.from);
  return most;
}

}  // namespace capmarket::party
