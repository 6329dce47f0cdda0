#include "verify/audit/state.h"

#include <algorithm>

namespace capmarket::audit {

void GrantsByTime::add(const AuditGrant& grant) {
  const Window& w = grant.leg.window;
  by_start_.emplace(w.from, &grant);
  longest_ = std::max(longest_, Int128{w.until.value} - w.from.value);
}

std::vector<const AuditGrant*> GrantsByTime::meeting(const Window& window) const {
  const Int128 first = std::max<Int128>(kAlways.from.value, window.from.value - longest_);
  std::vector<const AuditGrant*> out;
  for (auto it = by_start_.lower_bound(Instant(static_cast<std::int64_t>(first)));
       it != by_start_.end() && it->first < window.until; ++it)
    if (it->second->leg.window.meets(window)) out.push_back(it->second);
  return out;
}

void AuditInfrastructure::add_schedule(SlowLoad& out, const Window& window, int times) const {
  const auto& steps = infrastructure.schedule;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    Instant until = i + 1 < steps.size() ? steps[i + 1].from : kAlways.until;
    out.add({std::max(steps[i].from, window.from), std::min(until, window.until)},
            Int128{steps[i].quantity.value} * times);
  }
}

const objects::ClassDeclaration* AuditState::class_at(const std::string& name, Instant when) const {
  auto versions = classes.find(name);
  if (versions == classes.end()) return nullptr;
  const objects::ClassDeclaration* found = nullptr;
  for (const AuditClass& version : versions->second)
    if (version.admitted <= when) found = &version.declared;
  return found;
}

const AuditRule* AuditState::rule_in_force(const std::string& name, Instant when) const {
  auto versions = rules_named.find(name);
  if (versions == rules_named.end()) return nullptr;
  for (const AuditRule* version : versions->second)
    if (version->in_force(when)) return version;
  return nullptr;
}

const AuditLoss* AuditState::loss(const ContentId& id) const {
  auto place = losses.find(id);
  if (place == losses.end()) return nullptr;
  return &requests.at(place->second.first).losses.at(place->second.second);
}

Instant rounded_up(const rules::Rule& rule, Instant t) {
  const Int128 g = rule.granularity.value;
  if (g <= 0) return t;
  const Int128 origin = rule.origin ? rule.origin->value : 0;
  const Int128 since = t.value - origin;
  Int128 left = since % g;
  if (left < 0) left += g;
  Int128 up = left == 0 ? Int128{t.value} : t.value + g - left;
  return Instant(static_cast<std::int64_t>(std::min<Int128>(up, kWireMax)));
}

std::vector<objects::Piece> free_ahead(const AuditState& s, const AuditDeclaration& d, Instant t) {
  const objects::ClassDeclaration* c = s.class_at(d.declared.class_name, t);
  if (c == nullptr || c->granularity.value <= 0) return {};
  Int128 past = t.value % c->granularity.value;
  if (past < 0) past += c->granularity.value;
  const Int128 up = past == 0 ? Int128{t.value} : t.value + c->granularity.value - past;
  const Instant first(static_cast<std::int64_t>(std::min<Int128>(up, kWireMax)));
  const Window ahead{std::max(first, d.declared.window.from), d.declared.window.until};
  if (ahead.empty()) return {};
  SlowLoad free;
  free.add(ahead, d.declared.quantity.value);
  free.add(d.load, ahead, -1);
  free.add(d.curtailed, ahead, -1);
  return free.positive().pieces(ahead);
}

Money worth_of(Money price, Int128 volume) {
  return value_of(price, Volume{volume}).value_or(Money(0));
}

Money total_of(Money a, Money b) {
  std::int64_t out = 0;
  return __builtin_add_overflow(a.value, b.value, &out) ? Money(0) : Money(out);
}

Money difference_of(Money a, Money b) {
  std::int64_t out = 0;
  return __builtin_sub_overflow(a.value, b.value, &out) ? Money(0) : Money(out);
}

Money tenths_of(Money money, BasisPoints ratio) {
  return Money(mul_div_floor(money.value, ratio.value, kFullRatio).value_or(0));
}

}  // namespace capmarket::audit
