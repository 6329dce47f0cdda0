// The reference page of facts.
#include <fmt/format.h>

#include "model/admission/facts.h"
#include "model/base/concrete.h"

namespace capmarket::admission {
namespace {

/// One line of a table a row; it does not go into parts and lists: those have tables of their own.
struct PageRows {
  std::string out;

  template <class Fact>
  void operator()(Fact&, std::string_view name, FactUnit unit, std::string_view meaning) {
    out += fmt::format("| `{}` | {} | {} |\n", name, to_text(unit), meaning);
  }
  template <class Part>
  void part(Part&, std::string_view name, std::string_view meaning) {
    out += fmt::format("| `{}` | {} | {} |\n", name, Part::about.name, meaning);
  }
  template <class List>
  void list(List&, std::string_view name, std::string_view meaning) {
    out += fmt::format("| `{}` | list of {} | {} |\n", name, List::value_type::about.name, meaning);
  }
};

template <template <class> class Facts>
std::string section() {
  Facts<Concrete> facts;
  PageRows rows;
  Facts<Concrete>::rows(facts, rows);
  std::string meaning(Facts<Concrete>::about.meaning);
  meaning[0] = static_cast<char>(meaning[0] & ~0x20);  // a letter of ASCII
  return fmt::format("\n## {}\n\n{}.\n\n| fact | unit | meaning |\n|---|---|---|\n{}",
                     Facts<Concrete>::about.name, meaning, rows.out);
}

}  // namespace

std::string facts_page() {
  return "# Facts of admission\n\nGenerated from the rows of the structs in "
         "`model/admission/facts_*.h`; a test compares. Facts are looked\nup beforehand; the "
         "clauses decide on them alone. In paths an item of a list has its number:\n"
         "`legs.0.victims.2.rank`.\n" +
         section<SettlementFacts>() + section<LegFacts>() + section<VictimFacts>() +
         section<ShardFacts>() + section<MembershipFacts>() + section<RootFacts>() +
         section<DeclarationFacts>() + section<AssetFacts>() + section<BatchFacts>() +
         section<RequestFacts>() + section<NamedDeclarationFacts>() + section<IntentFacts>() +
         section<GrantFacts>() + section<PromulgationFacts>() + section<EdictFacts>() +
         section<PartFacts>() + section<NoticeFacts>() + section<CredentialFacts>() +
         section<LinkFacts>() + section<IntervalFacts>();
}

}  // namespace capmarket::admission
