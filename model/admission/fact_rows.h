// How a struct of facts lists its facts, and the walks over those lists. A struct of facts F<D>
// over a domain D has
//
//   static constexpr FactsOf about{"F", "what it describes"};
//   template <class Self, class V> static void rows(Self& f, V& v);
//
// and rows() hands every member to `v` once, in the order in which all readers see them:
//
//   v(f.member, "member", FactUnit::instant, "what it means")   a D::Bool or a D::Int
//   v.part(f.member, "member", "what it means")                 a struct of facts
//   v.list(f.member, "member", "what it means")                 a std::vector of structs of facts
//
// The solver's variables, counterexamples in words, the values of `chain explain` and the reference
// page all come from these rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace capmarket::admission {

/// What the value of a fact counts; `explain` prints it accordingly.
enum class FactUnit : std::uint8_t {
  plain,         // a number of its own: an index, a count, a rank
  name,          // the number of a name: of a class, a unit, a rule, a tier, a root
  instant,       // ns since the epoch
  duration,      // ns
  money,         // ten-thousandths; a price: per unit and hour
  quantity,      // of the class's unit
  basis_points,  // 1/10000
  boolean,
};

/// The unit in lower case, words apart by a space: "basis points".
constexpr std::string_view to_text(FactUnit unit) {
  switch (unit) {
    case FactUnit::plain:
      return "plain";
    case FactUnit::name:
      return "name";
    case FactUnit::instant:
      return "instant";
    case FactUnit::duration:
      return "duration";
    case FactUnit::money:
      return "money";
    case FactUnit::quantity:
      return "quantity";
    case FactUnit::basis_points:
      return "basis points";
    case FactUnit::boolean:
      return "boolean";
  }
  return {};
}

/// Name and meaning of a struct of facts, for the reference page.
struct FactsOf {
  std::string_view name;
  std::string_view meaning;
};

namespace facts_internal {

/// Depth first, with the path of every fact.
template <class V>
class Paths {
 public:
  Paths(std::string at, V& v) : at_(std::move(at)), v_(v) {}

  template <class Fact>
  void operator()(Fact& fact, std::string_view name, FactUnit unit, std::string_view) {
    v_(below(name), fact, unit);
  }
  template <class Part>
  void part(Part& part, std::string_view name, std::string_view) {
    Paths inner(below(name), v_);
    Part::rows(part, inner);
  }
  template <class List>
  void list(List& list, std::string_view name, std::string_view) {
    const std::string all = below(name);
    for (std::size_t i = 0; i < list.size(); ++i) {
      Paths inner(all + "." + std::to_string(i), v_);
      List::value_type::rows(list[i], inner);
    }
  }

 private:
  std::string below(std::string_view name) const {
    std::string path = at_ + ".";
    path += name;
    return path;
  }

  std::string at_;
  V& v_;
};

/// Depth first over the lists alone: `resize(list, name)` before its items are walked.
template <class Resize>
class Lists {
 public:
  explicit Lists(Resize& resize) : resize_(resize) {}

  template <class Fact>
  void operator()(Fact&, std::string_view, FactUnit, std::string_view) {}
  template <class Part>
  void part(Part& part, std::string_view, std::string_view) {
    Part::rows(part, *this);
  }
  template <class List>
  void list(List& list, std::string_view name, std::string_view) {
    resize_(list, name);
    for (auto& item : list) List::value_type::rows(item, *this);
  }

 private:
  Resize& resize_;
};

}  // namespace facts_internal

/// `v(path, fact, unit)` for every fact, depth first in the order of the rows. A path is `at`, then
/// ".member" for each step and ".3" for the fourth of a list: "settlement.legs.0.excess".
template <class Facts, class V>
void visit_rows(Facts& facts, const std::string& at, V&& v) {
  facts_internal::Paths<V> paths(at, v);
  Facts::rows(facts, paths);
}

/// The same without the unit: `v(path, fact)`.
template <class Facts, class V>
void visit(Facts& facts, const std::string& at, V&& v) {
  visit_rows(facts, at, [&v](const std::string& path, auto& fact, FactUnit) { v(path, fact); });
}

/// `resize(list, name)` for every list, outer before inner: what it grows is walked in its turn.
template <class Facts, class Resize>
void visit_lists(Facts& facts, Resize&& resize) {
  facts_internal::Lists<Resize> lists(resize);
  Facts::rows(facts, lists);
}

/// Gives the lists of `to` the lengths of those of `from`: one struct over two domains.
template <template <class> class Facts, class From, class To>
void reshape_like(Facts<From>& from, Facts<To>& to) {
  std::vector<std::size_t> lengths;
  visit_lists(from, [&](const auto& list, std::string_view) { lengths.push_back(list.size()); });
  std::size_t next = 0;
  visit_lists(to, [&](auto& list, std::string_view) { list.resize(lengths.at(next++)); });
}

}  // namespace capmarket::admission
