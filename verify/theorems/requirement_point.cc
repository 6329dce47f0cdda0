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

NeedPoint fresh_need(const std::string& prefix) {
  return {Int::fresh(prefix + ".instant"), Int::fresh(prefix + ".load"),
          Int::fresh(prefix + ".limit")};
}

/// `excess_short` is the maximum, over what the entry releases, with one unit less released: every
/// instant is at most that, and where it is positive this instant is one that reaches it.
Bool need_contract(const admission::VictimFacts<smt::Symbolic>& v, const NeedPoint& need, const Int& excess_short) {
  auto in_entry = v.release_from <= need.instant && need.instant < v.until;
  auto excess = need.load + smt::Symbolic::integer(1) - need.limit;
  return follows(in_entry, excess <= excess_short) &&
         follows(smt::num(0) < excess_short, in_entry && excess == excess_short);
}

Bool victims_contract(const Leg& l, const RequirementPoint& at) {
  auto all = smt::Symbolic::boolean(true);
  for (std::size_t i = 0; i < l.victims.size(); ++i) {
    const auto& v = l.victims[i];
    const auto& p = at.victims[i];
    all = all && need_contract(v, p.declaration, v.excess_short) &&
          need_contract(v, p.infrastructure, v.shared_excess_short) &&
          need_contract(v, p.quota, v.quota_excess_short);
  }
  return all;
}

/// Every maximum that a leg's facts abbreviate, with the point below it.
std::vector<std::pair<LoadPoint, Int>> maxima(const Leg& l, const RequirementPoint& at) {
  return {{at.declaration, l.excess},
          {at.infrastructure, l.shared_excess},
          {at.tier, l.quota_excess},
          {at.set_asides, l.set_aside_excess},
          {at.request, l.request_excess}};
}

}  // namespace

RequirementPoint fresh_point(const std::string& prefix, const smt::FactShape& shape) {
  auto fresh = [&](const char* name) { return Int::fresh(prefix + "." + name); };
  RequirementPoint p;
  p.link = fresh("link"), p.victim = fresh("victim"), p.shard = fresh("shard");
  p.item = fresh("item"), p.authority = fresh("authority");
  p.other_authority = fresh("other_authority"), p.instant = fresh("instant");
  p.declaration = fresh_load(prefix + ".declaration");
  p.infrastructure = fresh_load(prefix + ".infrastructure");
  p.tier = fresh_load(prefix + ".tier");
  p.set_asides = fresh_load(prefix + ".set_asides");
  p.request = fresh_load(prefix + ".request");
  p.request.released = smt::Symbolic::integer(0);  // the limit of a request is not a resource: nothing is freed
  p.origin = fresh("origin"), p.signed_multiple = fresh("signed_multiple");
  p.from_multiple = fresh("from_multiple"), p.length_multiple = fresh("length_multiple");
  for (int i = 0; i < shape.victims; ++i) {
    std::string at = fmt::format("{}.victims.{}", prefix, i);
    p.victims.push_back({fresh_need(at + ".declaration"), fresh_need(at + ".infrastructure"),
                         fresh_need(at + ".quota")});
  }
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
  for (const auto& [point, excess] : maxima(l, at))
    all = all && (kind == PointContract::attained ? point.net() == excess
                                                  : follows(in_window, point.net() <= excess));
  auto remainder_fits = smt::num(0) <= l.signed_remainder && l.signed_remainder <= l.granularity;
  auto strict = follows(l.rule_exists, l.signed_remainder < l.granularity);
  auto sums = f.signed_at - at.origin == at.signed_multiple + l.signed_remainder &&
              l.from - at.origin == at.from_multiple + l.from_remainder &&
              l.until - l.from == at.length_multiple + l.length_remainder;
  return all && victims_contract(l, at) && remainder_fits && strict && sums;
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
