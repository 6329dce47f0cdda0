// Names that expressions ask for and nobody carries: a misspelt tier, kind or group. Such a
// condition never holds, and a goal about it is never broken.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "model/base/nearest.h"
#include "verify/analyses/checker.h"

namespace capmarket::analyses {
namespace {

enum class NameKind : std::uint8_t { tier, victim_tier, kind, group };

/// A name that an expression asks for.
struct NameUse {
  NameKind kind = NameKind::tier;
  std::string name;
  std::string place;  // of the expression in the file
  int line = 0, column = 0;
};

std::string_view word_of(NameKind kind) {
  if (kind == NameKind::kind) return "kind";
  if (kind == NameKind::group) return "group";
  return "tier";
}

/// Collects the names of one expression after the other.
class NameUses {
 public:
  explicit NameUses(const expr::ExprWorld& world) : world_(world) {}

  void add(const expr::Expr& e, const std::string& place) {
    for (const expr::ExprNode& n : e.nodes) {
      if (n.op == expr::Op::in_set) {
        take(e, n.children[0], NameKind::group, place);
      } else if (n.op == expr::Op::equal || n.op == expr::Op::not_equal) {
        std::vector<NameKind> asked;
        for (std::int32_t child : n.children) variables(e, child, asked);
        for (NameKind kind : asked)
          for (std::int32_t child : n.children) take(e, child, kind, place);
      }
    }
  }
  const std::vector<NameUse>& all() const { return all_; }

 private:
  static const expr::ExprNode& node(const expr::Expr& e, std::int32_t i) {
    return e.nodes[static_cast<std::size_t>(i)];
  }

  /// What the variables of a comparison of names are names of.
  void variables(const expr::Expr& e, std::int32_t i, std::vector<NameKind>& out) const {
    const expr::ExprNode& n = node(e, i);
    if (n.op == expr::Op::conditional) {
      variables(e, n.children[1], out);
      return variables(e, n.children[2], out);
    }
    if (n.op != expr::Op::variable || n.type != expr::ExprType::name) return;
    const std::string_view name = expr::variables()[static_cast<std::size_t>(n.value)].name;
    out.push_back(name == "tier"          ? NameKind::tier
                  : name == "victim.tier" ? NameKind::victim_tier
                                          : NameKind::kind);
  }

  /// The literals among the values of a part.
  void take(const expr::Expr& e, std::int32_t i, NameKind kind, const std::string& place) {
    const expr::ExprNode& n = node(e, i);
    if (n.op == expr::Op::conditional) {
      take(e, n.children[1], kind, place);
      return take(e, n.children[2], kind, place);
    }
    if (n.op != expr::Op::literal || n.type != expr::ExprType::name) return;
    all_.push_back(
        {kind, world_.names[static_cast<std::size_t>(n.value)], place, n.line, n.column});
  }

  const expr::ExprWorld& world_;
  std::vector<NameUse> all_;
};

/// Names that differ in nothing but digits are meant: line-1, line-2.
bool differ_in_digits_only(std::string_view a, std::string_view b) {
  auto without = [](std::string_view s) {
    std::string out;
    for (char c : s)
      if (c < '0' || c > '9') out += c;
    return out;
  };
  return without(a) == without(b);
}

constexpr std::size_t kLongName = 4;  // letters from which on a likeness says something

/// The names that there are, and which of those that are asked for are none.
class KnownNames {
 public:
  explicit KnownNames(const question::RuleSubject& subject) : subject_(subject) {
    const rules::Rule& r = subject.rule();
    for (const rules::Tier& t : r.tiers) tiers_.insert(t.name), victims_.insert(t.name);
    for (const question::RuleFile* f : subject.earlier)
      for (const rules::Tier& t : f->rule.tiers) victims_.insert(t.name);
    if (r.vocabulary) {
      kinds_.insert(r.vocabulary->kinds.begin(), r.vocabulary->kinds.end());
      groups_.insert(r.vocabulary->groups.begin(), r.vocabulary->groups.end());
      return;
    }
    // Kinds and groups are open: those that somebody's eligibility asks for are known.
    NameUses asked(r.world);
    for (const rules::Tier& t : r.tiers) asked.add(t.eligible, "");
    for (const NameUse& use : asked.all()) {
      if (use.kind == NameKind::kind) kinds_.insert(use.name);
      if (use.kind == NameKind::group) groups_.insert(use.name);
    }
  }

  const std::set<std::string, std::less<>>& of(NameKind kind) const {
    switch (kind) {
      case NameKind::tier:
        return tiers_;
      case NameKind::victim_tier:
        return victims_;
      case NameKind::kind:
        return kinds_;
      case NameKind::group:
        return groups_;
    }
    return tiers_;
  }

  std::string near(const NameUse& use) const {
    const auto& known = of(use.kind);
    return nearest(use.name, std::vector<std::string_view>(known.begin(), known.end()));
  }

  /// Nobody carries the name. In an open world a kind or group is one that nobody carries only
  /// where it looks like a misspelt one.
  bool unknown(const NameUse& use) const {
    if (of(use.kind).contains(use.name)) return false;
    if (use.kind == NameKind::tier) return true;
    const std::string like = near(use);
    const bool open = use.kind == NameKind::victim_tier ? subject_.open_past
                                                        : !subject_.rule().vocabulary.has_value();
    if (!open) return true;
    // Of two short names each is near the other.
    return use.name.size() >= kLongName && !like.empty() && !differ_in_digits_only(like, use.name);
  }

 private:
  const question::RuleSubject& subject_;
  std::set<std::string, std::less<>> tiers_, victims_, kinds_, groups_;
};

}  // namespace

void Checker::names_known() {
  const rules::Rule& r = rule();
  NameUses uses(r.world);
  for (std::size_t i = 0; i < r.tiers.size(); ++i) {
    const rules::Tier& t = r.tiers[i];
    uses.add(t.eligible, at(i, "eligible"));
    if (!t.displaces) continue;
    uses.add(t.displaces->when, at(i, "displaces.when"));
    uses.add(t.displaces->compensation, at(i, "displaces.compensation"));
    if (t.displaces->bound) uses.add(*t.displaces->bound, at(i, "displaces.bound"));
    if (t.displaces->exempt) uses.add(*t.displaces->exempt, at(i, "displaces.exempt"));
  }
  if (r.load) uses.add(*r.load, "load");
  for (std::size_t g = 0; g < r.goals.size(); ++g)
    uses.add(r.goals[g].claim, fmt::format("goals[{}].claim", g));
  const KnownNames known(subject_);
  std::set<std::string> told;
  for (const NameUse& use : uses.all()) {
    if (!known.unknown(use) || !told.insert(use.name).second) continue;
    Finding f = begin(AnalysisId::names_known, use.name, use.place);
    if (use.line > 0)
      f.provisions.front().line = use.line, f.provisions.front().column = use.column;
    std::set<std::string> places = {use.place};
    for (const NameUse& other : uses.all())
      if (other.name == use.name && known.unknown(other) && places.insert(other.place).second)
        provision(f, other.place);
    const std::string like = known.near(use);
    end(std::move(f), AnalysisVerdict::refuted,
        fmt::format("no {} is called `{}`{}", word_of(use.kind), use.name,
                    like.empty() ? "" : fmt::format("; did you mean `{}`?", like)));
  }
}

}  // namespace capmarket::analyses
