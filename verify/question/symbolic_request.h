// One request for one slot, and the victim that it might displace, as unknowns of the solver:
// the schema of a rule. Source: docs/spec/analyses.md#what-is-assumed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/chain/bindings.h"
#include "verify/question/checked_symbolic.h"
#include "verify/question/request_bounds.h"
#include "verify/question/rule_set.h"
#include "verify/smt/solver.h"

namespace capmarket::question {

/// Place of a variable in bindings, by its name. CHECKs that it exists.
inline std::size_t at(std::string_view name) {
  return static_cast<std::size_t>(expr::variable_row(name));
}

/// The checker's own bound of how often a grant was displaced before: no chain is that long.
inline constexpr std::int64_t kTimesDisplacedMax = std::int64_t{1} << 32;

/// So many earlier displacements of a victim a scenario may make.
inline constexpr int kTimesShown = 4;

/// A concrete request with its victim, as admission would see them.
struct RequestCase {
  objects::CredentialGrant user, holder;
  location::Location location;
  chain::EligibilityContext leg;  // its pointers are null: `context()` fills them
  Instant admission;
  std::optional<chain::VictimContext> victim;
  int victim_version = 0;  // 0: the rule itself; then `earlier`; past its end: one that is not here
  Quantity whole;          // of the victim's grant
  Window piece, release;   // its live piece, and what would be released of it
  Instant part_from;       // first instant of what could be released of it
  // What a goal read of the history.
  bool overdue = false;
  Duration waited;
  Money failed_value;

  chain::EligibilityContext context() const;
  /// The victim as `when` reads it: with the notice that its whole part would have.
  chain::VictimContext chosen() const;
};

/// An unknown of the schema; witnesses prefer `preferred`, then small values.
struct Unknown {
  std::string name;
  smt::Symbolic::Int term;
  std::int64_t low = 0, high = 0;
  std::int64_t preferred = 0;
};

/// A number that may not fit 64 bits.
smt::Symbolic::Int wide(Int128 v);

/// A request, and perhaps its victim, whose every number and membership is an unknown.
class SymbolicRequest {
 public:
  /// What the request ranges over: the limits with the prices that can be admitted, the limits, or
  /// whatever a refused one may ask for; or whatever can be said of a step at all, no number bound
  /// to another or to the rule.
  enum class Range { admissible, limits, anything, unlinked };
  /// `name` tells several requests of one question apart. `version`: under whose terms it is made,
  /// as version_of() numbers them.
  SymbolicRequest(const RuleSubject& subject, std::string name, bool with_victim,
                  Range range = Range::admissible, std::size_t version = 0);

  const std::string& name() const { return name_; }
  const RuleSubject& subject() const { return subject_; }
  std::size_t version() const { return version_; }
  bool has_victim() const { return with_victim_; }
  const std::vector<smt::Symbolic::Bool>& premises() const { return premises_; }
  const std::vector<Unknown>& unknowns() const { return unknowns_; }
  const std::vector<smt::Symbolic::Bool>& switches() const { return switches_; }
  /// Its starts and lengths are multiples of the granularity: of what may be admitted.
  bool on_grid() const { return range_ == Range::admissible || range_ == Range::limits; }
  /// It lies outside of the rule's scope: never but where it asks for anything.
  smt::Symbolic::Bool outside_scope() const {
    return outside_ ? *outside_ : smt::Symbolic::boolean(false);
  }

  /// Values for the expressions of that tier, the victim's too where there is one. `chooses`: as
  /// the tier's `when` reads them.
  expr::Bindings<CheckedSymbolic> bindings(std::size_t tier, bool chooses = false) const;

  /// The price is the schedule's for a leg of that tier at its start; true where there is none.
  smt::Symbolic::Bool priced(std::size_t tier) const;

  /// What admission asks of a displacement beside the rule's `when`: the rank as recorded, the
  /// protection floor of the victim's version, and the displacing tier's `stop_within`.
  smt::Symbolic::Bool rank_guard(std::size_t tier) const;
  smt::Symbolic::Bool floor_guard() const;
  smt::Symbolic::Bool stop_guard(std::size_t tier) const;
  /// The leg alone is within the tier's quota of a user.
  smt::Symbolic::Bool quota_guard(std::size_t tier) const;
  /// The victim's grant was within that of its tier, in its own version.
  smt::Symbolic::Bool victim_quota_guard() const;
  /// The same with those quotas in place of the subject's own, tier by tier.
  smt::Symbolic::Bool victim_quota_guard(const rules::Rule& own) const;
  /// The victim is of that version and tier of it.
  smt::Symbolic::Bool victim_is(std::size_t version, std::size_t tier) const;
  smt::Symbolic::Bool victim_of_version(std::size_t version) const;
  /// How many versions the victim may come from, one that is not here counted.
  std::size_t versions() const;

  /// The victim's grant as a request of its own: `granted`, whose numbers are the grant's, was
  /// admitted no later than the displacement. At the same place too where a victim must stand on
  /// the leg's own declaration; with a coordinator's signature it may stand on another of the same
  /// infrastructure. Not its eligibility, nor that its holder's credential is still the same one:
  /// a key may get a corrected one.
  smt::Symbolic::Bool victim_is_grant_of(const SymbolicRequest& granted) const;
  /// The same of its terms and place alone: nothing is said of when it was admitted.
  smt::Symbolic::Bool victim_has_terms_of(const SymbolicRequest& granted) const;
  smt::Symbolic::Bool same_place(const SymbolicRequest& granted) const;
  /// Both are one leg of one user, signed and admitted at one time; nothing is said of victims.
  smt::Symbolic::Bool same_leg(const SymbolicRequest& other) const;
  smt::Symbolic::Bool same_holder(const SymbolicRequest& granted) const;
  /// Both have the same grant for a victim, the other no later than this one.
  smt::Symbolic::Bool same_victim(const SymbolicRequest& before) const;
  /// No more than the leg asks for: more is lacked only of what is set aside for other tiers.
  smt::Symbolic::Bool released_within_leg() const;
  // What makes a victim easy to bring about.
  smt::Symbolic::Bool whole_grant_is_live() const;
  /// A slot like this one, before it, could have been signed for too.
  smt::Symbolic::Bool room_for_a_debt() const;
  /// Prices that need no index to be admitted.
  smt::Symbolic::Bool priced_by_bounds() const;
  /// So often, each time of a part of its tail as long as the leg; what remains is its head.
  smt::Symbolic::Bool displaced_before(int times) const;
  smt::Symbolic::Bool released_from_the_start() const;  // nothing of the cut has passed
  smt::Symbolic::Bool whole_part_is_released() const;   // at every instant of it

  const CheckedSymbolic::Int& row(std::int64_t row) const {
    return ints_[static_cast<std::size_t>(row)];
  }
  smt::Symbolic::Int admission() const { return admission_; }
  /// The quantity of the victim's grant as it was settled.
  smt::Symbolic::Int victim_whole_quantity() const { return whole_quantity_; }

  /// Premises that make `value`, or the victim's values, exactly V of constants and a price, with
  /// one piece live and one released: each entry is one way, and every way is a real case. Their
  /// union is not all cases. Ways with a price, which leave the instants free, come first where
  /// `instants`; they are slower.
  using Ways = std::vector<std::vector<smt::Symbolic::Bool>>;
  Ways exact_leg(const z3::model* hint, bool instants) const;
  Ways exact_victim(const z3::model* hint, bool instants) const;
  /// The same of the leg and of what is `lost` of it by a failure: all, a unit of a granule, also
  /// after others of them, or all of some granules.
  Ways exact_failure(const z3::model* hint, const smt::Symbolic::Int& lost) const;
  /// What is lost is worth a unit of a granule at least: of every failure. Or it is just that.
  smt::Symbolic::Bool fails_at_least_a_granule(const smt::Symbolic::Int& lost) const;
  std::vector<smt::Symbolic::Bool> fails_by_a_granule(const smt::Symbolic::Int& lost) const;
  /// Premises that hold in every real case, linear. A value beside each of its factors, with the
  /// least and the most of the others.
  std::vector<smt::Symbolic::Bool> value_by_factors() const;
  std::vector<smt::Symbolic::Bool> victims_values_by_factors() const;
  /// Beside the product of a price and a quantity that an expression multiplies: of the leg, of
  /// what is released of the victim.
  std::vector<smt::Symbolic::Bool> value_by_products(bool leg, bool part) const;
  /// The same of two values. The value of what is released of the victim
  /// beside the leg's, where the leg's price is at least so many times the victim's; and beside the
  /// whole grant's, for lengths (ns) that a condition may name.
  std::vector<smt::Symbolic::Bool> value_beside_leg(
      const std::vector<std::int64_t>& multiples) const;
  std::vector<smt::Symbolic::Bool> value_beside_whole(std::vector<std::int64_t> lengths) const;
  /// Premises that hold in every real case, with products of unknowns.
  std::vector<smt::Symbolic::Bool> unfolded(bool leg, bool victim) const;
  /// With these beside them every case is a real one: all of the grant is live and released; or one
  /// piece of it is, of which one is released. Not all real cases.
  std::vector<smt::Symbolic::Bool> released_as_a_whole() const;
  std::vector<smt::Symbolic::Bool> one_piece_of_each() const;

  /// The case of an example of the solver.
  RequestCase case_of(const z3::model& model) const;

 private:
  smt::Symbolic::Int unknown(const std::string& what, std::int64_t low, std::int64_t high,
                             std::optional<std::int64_t> preferred = {});
  smt::Symbolic::Bool flag(const std::string& what);
  void premise(const smt::Symbolic::Bool& b) { premises_.push_back(b); }
  void set(const char* row, const smt::Symbolic::Int& term, std::int64_t low, std::int64_t high);
  void party(const char* who);
  void leg();
  void leg_of_anything();
  void unlinked();
  void location();
  void victim_identity();
  void victim_bounds();
  void victim();
  void victim_windows(std::int64_t earliest, std::int64_t latest, std::int64_t lead);
  void victim_values();
  void victim_under(std::size_t version);
  smt::Symbolic::Bool value_at_most(std::int64_t e, std::int64_t d) const;
  std::int64_t longest_release() const;
  std::string name_of(std::int64_t index) const;
  objects::CredentialGrant credential(const z3::model& model, const char* who) const;
  location::Location location_of(const z3::model& model) const;

  const RuleSubject& subject_;
  std::string name_;
  bool with_victim_;
  Range range_;
  std::size_t version_ = 0;
  std::vector<smt::Symbolic::Bool> premises_;
  std::vector<Unknown> unknowns_;
  std::vector<smt::Symbolic::Bool> switches_;
  std::vector<CheckedSymbolic::Int> ints_;    // by row
  std::vector<CheckedSymbolic::Bool> bools_;  // by row
  std::vector<std::vector<CheckedSymbolic::Bool>> sets_;
  std::vector<CheckedSymbolic::Bool> location_in_;
  std::optional<smt::Symbolic::Bool> outside_;  // of the scope, where a request may be

  RequestBounds bounds_, victim_bounds_;
  std::int64_t origin_ = 0, step_ = 1, victim_step_ = 1;
  smt::Symbolic::Int length_steps_, admission_, price_, quantity_;
  struct Origin {
    std::size_t version = 0, tier = 0;
  };
  std::vector<Origin> origins_;  // of the victim, by value of origin_index_
  smt::Symbolic::Int origin_index_, open_tier_, open_rank_;
  // Of what is live of it inside the reach and the floor: the most, from its first instant to its
  // last; of what is released, likewise.
  smt::Symbolic::Int whole_quantity_, piece_quantity_, piece_from_, piece_until_, part_from_,
      release_from_, release_until_, released_;
};

}  // namespace capmarket::question
