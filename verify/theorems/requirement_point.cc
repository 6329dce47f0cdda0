#include "verify/theorems/requirement_point.h"

#include <fmt/format.h>

#include "verify/theorems/requirements.h"

namespace capmarket::theorems {
namespace {

using namespace requirement;

LoadPoint fresh_load(const std::string& prefix) {
  return {Int::fresh(prefix + ".load"), Int::fresh(prefix + ".released"),
          Int::fresh(prefix + ".others"), Int::fresh(prefix + ".limit")};
}

PartPoint fresh_part(const std::string& prefix) {
  return {Int::fresh(prefix + ".lack"), Int::fresh(prefix + ".given"), Int::fresh(prefix + ".has"),
          Int::fresh(prefix + ".earlier"), Int::fresh(prefix + ".expected")};
}

VictimPoint fresh_victim(const std::string& prefix, int parts) {
  VictimPoint out{Int::fresh(prefix + ".owed"), {}};
  for (int i = 0; i < parts; ++i)
    out.parts.push_back(fresh_part(fmt::format("{}.parts.{}", prefix, i)));
  return out;
}

/// `lack_short` and `live` are the least over the part's granules, `earlier` and `share_error` the
/// most.
Bool part_contract(const admission::CoverPartFacts<smt::Symbolic>& p, const PartPoint& point,
                   const Int& instant, PointContract kind) {
  auto in_part = p.from <= instant && instant < p.until;
  auto short_by_one = point.lack - point.given + smt::num(1);
  auto error = max_of<smt::Symbolic>(p.released - point.expected, point.expected - p.released);
  if (kind == PointContract::attained)
    return p.live == point.has && p.lack_short == short_by_one && point.earlier == p.earlier &&
           error == p.share_error;
  return follows(in_part, p.live <= point.has && p.lack_short <= short_by_one &&
                              point.earlier <= p.earlier && error <= p.share_error);
}

/// `owed` is the most of three; nothing is released before admission + notice.
Bool victim_contract(const Settlement& f, const admission::VictimFacts<smt::Symbolic>& v,
                     const VictimPoint& point, const Int& instant, PointContract kind) {
  auto all = v.own_compensation <= point.owed && v.victim_compensation <= point.owed &&
             requirement::zero() <= point.owed &&
             (point.owed == v.own_compensation || point.owed == v.victim_compensation ||
              point.owed == requirement::zero());
  for (std::size_t i = 0; i < v.parts.size(); ++i)
    all = all && v.notice <= v.parts[i].from - f.admission &&
          part_contract(v.parts[i], point.parts[i], instant, kind);
  return all;
}

Bool victims_contract(const Settlement& f, const Leg& l, const RequirementPoint& at,
                      PointContract kind) {
  auto all = smt::Symbolic::boolean(true);
  for (std::size_t i = 0; i < l.victims.size(); ++i)
    all = all && victim_contract(f, l.victims[i], at.victims[i], at.instant, kind);
  return all;
}

/// Every maximum that a leg's facts abbreviate, with the sum below it.
std::vector<std::pair<Int, Int>> maxima(const Leg& l, const RequirementPoint& at) {
  return {{at.declaration.net(), l.excess},     {at.infrastructure.inherited(), l.shared_excess},
          {at.tier.net(), l.quota_excess},      {at.set_asides.net(), l.set_aside_excess},
          {at.request.net(), l.request_excess}, {at.user.net(), l.user_excess}};
}

}  // namespace

Int LoadPoint::inherited() const {
  return min_of<smt::Symbolic>(load + others - limit, requirement::zero()) - released;
}

RequirementPoint fresh_point(const std::string& prefix, const smt::FactShape& shape) {
  auto fresh = [&](const char* name) { return Int::fresh(prefix + "." + name); };
  RequirementPoint p;
  p.link = fresh("link"), p.victim = fresh("victim"), p.part = fresh("part");
  p.shard = fresh("shard"), p.item = fresh("item"), p.authority = fresh("authority");
  p.other_authority = fresh("other_authority"), p.instant = fresh("instant");
  p.declaration = fresh_load(prefix + ".declaration");
  p.infrastructure = fresh_load(prefix + ".infrastructure");
  p.tier = fresh_load(prefix + ".tier");
  p.set_asides = fresh_load(prefix + ".set_asides");
  p.request = fresh_load(prefix + ".request");
  p.user = fresh_load(prefix + ".user");
  // A leg's own releases free nothing of a request's quantity, nor of its tier's quotas.
  p.request.released = p.tier.released = p.user.released = requirement::zero();
  p.origin = fresh("origin"), p.signed_multiple = fresh("signed_multiple");
  p.from_multiple = fresh("from_multiple"), p.length_multiple = fresh("length_multiple");
  for (int i = 0; i < shape.victims; ++i)
    p.victims.push_back(fresh_victim(fmt::format("{}.victims.{}", prefix, i), shape.parts));
  smt::FactShape leaf = shape;
  leaf.victims = leaf.assets = leaf.items = 0;
  for (int i = 0; i < shape.assets; ++i)
    p.assets.push_back(fresh_point(fmt::format("{}.assets.{}", prefix, i), leaf));
  leaf.assets = shape.assets;
  for (int i = 0; i < shape.items; ++i)
    p.items.push_back(fresh_point(fmt::format("{}.items.{}", prefix, i), leaf));
  return p;
}

Bool contract(const Settlement& f, const Leg& l, const RequirementPoint& at, PointContract kind) {
  auto in_window = l.from <= at.instant && at.instant < l.until;
  auto all = smt::Symbolic::boolean(true);
  for (const auto& [sum, excess] : maxima(l, at))
    all = all && (kind == PointContract::attained ? sum == excess
                                                  : follows(in_window, sum <= excess));
  auto remainder_fits = smt::num(0) <= l.signed_remainder && l.signed_remainder <= l.granularity;
  auto strict = follows(l.rule_exists, l.signed_remainder < l.granularity);
  auto sums = f.signed_at - at.origin == at.signed_multiple + l.signed_remainder &&
              l.from - at.origin == at.from_multiple + l.from_remainder &&
              l.until - l.from == at.length_multiple + l.length_remainder;
  return all && victims_contract(f, l, at, kind) && remainder_fits && strict && sums;
}

Bool contract(const admission::DeclarationFacts<smt::Symbolic>& f, const RequirementPoint& at) {
  auto all = f.from == at.from_multiple + f.from_remainder &&
             f.until - f.from == at.length_multiple + f.length_remainder;
  for (std::size_t i = 0; i < f.assets.size(); ++i) {
    const RequirementPoint& asset = at.assets[i];
    auto in_window = f.from <= asset.instant && asset.instant < f.until;
    all = all && follows(in_window,
                         asset.declaration.load - asset.declaration.limit <= f.assets[i].excess);
  }
  return all;
}

Bool contract(const admission::BatchFacts<smt::Symbolic>& f, const RequirementPoint& at) {
  auto all = smt::Symbolic::boolean(true);
  for (std::size_t i = 0; i < f.items.size(); ++i) all = all && contract(f.items[i], at.items[i]);
  return all;
}

Bool contract(const admission::PartFacts<smt::Symbolic>& f, const RequirementPoint& at) {
  auto in_window = f.from <= at.instant && at.instant < f.until;
  return follows(in_window, at.declaration.load - at.declaration.limit <= f.excess) &&
         f.from - at.origin == at.from_multiple + f.from_remainder &&
         f.until - f.from == at.length_multiple + f.length_remainder;
}

}  // namespace capmarket::theorems
