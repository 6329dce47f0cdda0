#include "sim/run/statement.h"

#include "sim/run/outcomes.h"
#include "sim/world/world.h"

namespace capmarket::run {
namespace {

struct Sides {
  Side owes, is_owed;
};

/// The obligations of each party, by currency.
std::map<PublicKey, std::map<std::string, Sides>> sides_of(const world::World& w) {
  std::map<PublicKey, std::map<std::string, Sides>> out;
  const auto add = [&](Side& side, const chain::ObligationRecord& o) {
    side.owed += o.obligation.amount;
    side.paid += o.paid;
    if (!is_default(o, w.now)) return;
    side.overdue += o.outstanding();
    ++side.defaults;
  };
  for (const chain::ObligationRecord& o : w.state().obligations) {
    add(out[o.obligation.payer][o.obligation.currency].owes, o);
    add(out[o.obligation.payee][o.obligation.currency].is_owed, o);
  }
  return out;
}

}  // namespace

std::vector<StatementRow> statement_of(const world::World& w) {
  const auto sides = sides_of(w);
  std::vector<StatementRow> out;
  const auto add = [&](StatementRow row, const PublicKey& key, const scenarios::Conduct* conduct) {
    if (conduct != nullptr && conduct->budget) {
      row.budget = conduct->budget;
      row.credit = conduct->credit;
    }
    const auto found = sides.find(key);
    if (found == sides.end()) {
      if (row.budget) out.push_back(std::move(row));
      return;
    }
    for (const auto& [currency, both] : found->second) {
      row.currency = currency;
      row.owes = both.owes;
      row.is_owed = both.is_owed;
      out.push_back(row);
    }
  };
  for (const party::HolderState& h : w.holders) {
    const scenarios::HolderGroup* g = w.group_of(h);
    add({h.name, g == nullptr ? std::string() : g->name, true, {}, {}, {}, {}, {}}, h.key.pub,
        g == nullptr ? nullptr : &g->conduct);
  }
  for (const party::UserState& u : w.users) {
    const scenarios::UserGroup* g = w.group_of(u);
    add({u.name, g == nullptr ? std::string() : g->name, false, {}, {}, {}, {}, {}}, u.key.pub,
        g == nullptr ? nullptr : &g->conduct);
  }
  return out;
}

}  // namespace capmarket::run
