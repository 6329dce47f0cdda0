#include "verify/question/rule_set.h"

#include <algorithm>
#include <filesystem>

#include "model/base/check.h"
#include "model/crypto/hash.h"
#include "model/rules/canonical.h"
#include "model/yaml/yaml.h"

namespace capmarket::question {
namespace {

constexpr std::size_t kVersionsMax = 64;

Result<RuleFile> load_one(const std::string& file, const yaml::YamlNode& root,
                          std::string& supersedes) {
  RuleFile out;
  out.file = file;
  auto resolver = [&](const std::string& from, const std::string& to) {
    supersedes = to;
    return rules::load_superseded(from, to);
  };
  auto rule = rules::parse_rule(file, root, resolver, &out.places);
  if (!rule) return tl::unexpected(rule.error());
  out.rule = *std::move(rule);
  out.id = crypto::content_id(rules::encode_rule(out.rule));
  return out;
}

/// An expression of another version, read over this world: its names get this world's numbers.
expr::Expr reread(const expr::Expr& expr, expr::ExprPlace place, expr::ExprType type,
                  expr::ExprWorld& world) {
  auto make = [](std::string what, std::string expected, int) {
    Problem p;
    p.what = std::move(what);
    p.expected = std::move(expected);
    return p;
  };
  auto out = expr::parse_expr(expr.canonical, place, type, world, make);
  CHECK(out.has_value(), expr.canonical);
  return *std::move(out);
}

}  // namespace

Result<std::vector<RuleFile>> load_rule_files(const std::string& file) {
  std::vector<RuleFile> out;
  std::string next = file;
  while (!next.empty() && out.size() < kVersionsMax) {
    std::string supersedes;
    auto root = yaml::load_yaml(next);
    if (!root) return tl::unexpected(root.error());
    auto one = load_one(next, *root, supersedes);
    if (!one) return tl::unexpected(one.error());
    out.push_back(*std::move(one));
    if (supersedes.empty()) break;
    next = (std::filesystem::path(next).parent_path() / supersedes).lexically_normal().string();
  }
  return out;
}

Result<RuleFile> rule_file_with(const std::string& file, const std::string& text,
                                const std::vector<std::pair<std::string, std::string>>& values) {
  auto root = yaml::parse_yaml(file, text);
  if (root) root = yaml::with_overrides(*root, values);
  if (!root) return tl::unexpected(root.error());
  std::string supersedes;
  return load_one(file, *root, supersedes);
}

bool RuleSubject::keeps_for_others(std::size_t tier) const {
  for (std::size_t t = 0; t < rule().tiers.size(); ++t)
    if (t != tier && rule().tiers[t].set_aside != BasisPoints(0)) return true;
  return false;
}

RuleSubject subject_of(const RuleFile& own, const std::vector<RuleFile>& files) {
  RuleSubject out;
  out.own = &own;
  out.world = own.rule.world;
  std::optional<ContentId> next = own.rule.supersedes;
  while (next && out.earlier.size() < kVersionsMax) {
    const RuleFile* found = nullptr;
    for (const RuleFile& f : files)
      if (f.id == *next) found = &f;
    if (found == nullptr) break;
    out.earlier.push_back(found);
    next = found->rule.supersedes;
  }
  out.open_past = next.has_value();
  for (const RuleFile& f : files) {
    const bool here =
        f.id == own.id || std::any_of(out.earlier.begin(), out.earlier.end(),
                                      [&](const RuleFile* e) { return e->id == f.id; });
    if (f.rule.name == own.rule.name && !here) out.beside.push_back(&f);
  }
  for (const RuleFile* f : out.earlier) {
    std::vector<expr::Expr> row;
    out.world.zone = f->rule.zone;  // what that version wrote is read on its own clock
    for (const rules::Tier& tier : own.rule.tiers) {
      const rules::Tier* same = f->rule.tier(tier.name);
      bool owes = same != nullptr && same->displaces.has_value();
      row.push_back(owes ? reread(same->displaces->compensation, expr::ExprPlace::displacement,
                                  expr::ExprType::money, out.world)
                         : expr::Expr{});
    }
    std::vector<expr::Expr>& eligible = out.earlier_eligible.emplace_back();
    for (const rules::Tier& tier : f->rule.tiers)
      eligible.push_back(
          reread(tier.eligible, expr::ExprPlace::eligibility, expr::ExprType::boolean, out.world));
    for (const rules::Tier& tier : f->rule.tiers)
      if (out.world.name_index(tier.name) < 0) out.world.names.push_back(tier.name);
    out.earlier_compensation.push_back(std::move(row));
  }
  out.world.zone = own.rule.zone;
  return out;
}

}  // namespace capmarket::question
