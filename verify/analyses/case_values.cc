#include "verify/analyses/case_values.h"

#include "model/base/concrete.h"
#include "model/base/text.h"

namespace capmarket::analyses {
namespace {

std::string word(bool b) { return b ? "true" : "false"; }

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& one : names) out += (out.empty() ? "" : ", ") + one;
  return out;
}

using Values = std::map<std::string, std::string>;

void add_leg(const question::RequestCase& c, Values& out) {
  const Window& w = c.leg.window;
  const Volume volume = w.empty() ? Volume{} : volume_of(c.leg.quantity, w.length());
  for (const auto& [who, party] : {std::pair("user", &c.user), std::pair("holder", &c.holder)}) {
    out[std::string(who) + ".kind"] = party->kind;
    out[std::string(who) + ".groups"] = joined(party->groups);
  }
  out["location"] = c.location.path;
  out["quantity"] = std::to_string(c.leg.quantity.value);
  out["price"] = to_text(c.leg.price);
  out["value"] = to_text(value_of(c.leg.price, volume).value_or(Money(0)));
  out["partial"] = word(c.leg.partial);
  out["now"] = to_text(c.leg.signed_at);
  out["start"] = to_text(w.from);
  out["until"] = to_text(w.until);
  out["lead"] = to_text(w.from - c.leg.signed_at);
  out["length"] = to_text(w.length());
  out["user.overdue"] = word(c.overdue);
  out["request.waited"] = to_text(c.waited);
}

void add_victim(const chain::VictimContext& v, Values& out) {
  out["victim.tier"] = v.tier;
  out["victim.rank"] = std::to_string(v.rank);
  out["victim.quantity"] = std::to_string(v.quantity.value);
  out["released"] = std::to_string(v.released.value);
  out["victim.price"] = to_text(v.price);
  out["victim.value"] = to_text(v.value);
  out["victim.whole_value"] = to_text(v.whole_value);
  out["victim.start"] = to_text(v.window.from);
  out["victim.until"] = to_text(v.window.until);
  out["victim.length"] = to_text(v.window.length());
  out["victim.started"] = word(v.started);
  out["victim.times_displaced"] = std::to_string(v.times_displaced);
  out["notice"] = to_text(v.notice);
}

}  // namespace

Values case_values(const question::RequestCase& c, const rules::Rule& rule,
                   const rules::Tier* tier) {
  Values out;
  add_leg(c, out);
  if (rule.zone) {
    const Concrete::Int start = Concrete::integer(c.leg.window.from.value);
    out["start.hour"] = std::to_string(expr::hour_of<Concrete>(*rule.zone, start).value);
    out["start.weekday"] = std::to_string(expr::weekday_of<Concrete>(*rule.zone, start).value);
  }
  if (tier != nullptr) {
    out["tier"] = tier->name;
    out["rank"] = std::to_string(tier->rank);
  }
  if (c.victim) add_victim(*c.victim, out);
  return out;
}

}  // namespace capmarket::analyses
